//! A runtime that is recorded from before its script runs until nothing of it is left.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::ptr::NonNull;

use runtime_core::{Event, Heap, Observer, StampError};
use runtime_gc::Borrowed;
use runtime_observe::{Alive, BlockCode, Limits, Log, LogOptions, Recorder, Recording, SourceText};
use runtime_types::Console;
use runtime_types::anatomy::{anatomy, value_of};

use crate::onlooker::{Answer, NoAnswer, Onlooker, Question};
use crate::syntax::Source;
use crate::{Config, Interp, Outcome, Teardown};

/// A recorded runtime.
///
/// What is recorded begins when the runtime is ready for a script; what its start-up made is in the
/// state from which a replay begins.
pub struct Session {
    // Dropped first: the runtime tells the recorder of its end.
    interp: Interp,
    recorder: Box<Recorder>,
    ran: u64,
}

/// What is known when a recorded runtime has ended.
#[derive(Debug)]
pub struct Ended {
    /// All that happened.
    pub recording: Recording,
    /// Number of the first event after the last script's last line.
    pub script_end: u64,
    /// What was left.
    pub teardown: Teardown,
}

impl Session {
    /// A new runtime, recorded from here on.
    ///
    /// # Errors
    /// [`StampError`] when memory is refused.
    pub fn new(
        config: Config,
        console: Box<dyn Console>,
        limits: Limits,
    ) -> Result<Self, StampError> {
        let interp = Interp::new(config, console)?;
        // SAFETY: the heap lives in the runtime's own allocation, which does not move; the session
        // drops the runtime, and with it the heap, before the recorder.
        let recorder = unsafe { Recorder::begin(interp.heap(), limits) };
        Ok(Self { interp, recorder, ran: 0 })
    }

    /// The runtime.
    pub fn interp(&self) -> &Interp {
        &self.interp
    }

    /// Its heap.
    pub fn heap(&self) -> &Heap {
        self.interp.heap()
    }

    /// The recorder, for an observer that hands on to it what it is told.
    pub fn observer(&self) -> NonNull<dyn Observer> {
        NonNull::from(&*self.recorder)
    }

    /// Runs a script; see [`Interp::run_main`].
    pub fn run(&mut self, source: Source, argv: &[String]) -> Outcome {
        let outcome = self.interp.run_main(source, argv);
        self.interp.heap().emit(|| Event::Line { at: None });
        self.ran = self.recorder.events();
        outcome
    }

    /// Runs a script, and looks at one object on the way.
    ///
    /// # Errors
    /// Beside the outcome: [`NoAnswer`] when there was no such object.
    pub fn run_asking(
        &mut self,
        source: Source,
        argv: &[String],
        question: Question,
    ) -> (Outcome, Result<Box<Answer>, NoAnswer>) {
        let recorder = NonNull::from(&*self.recorder);
        let machine = NonNull::from(self.interp.machine());
        // SAFETY: the session keeps both until after the run.
        let onlooker = unsafe { Onlooker::new(recorder, machine, question) };
        let heap = self.interp.heap();
        // SAFETY: the onlooker is taken out before it goes.
        unsafe { heap.watch(Some(NonNull::from(&onlooker))) };
        let outcome = self.interp.run_main(source, argv);
        heap.emit(|| Event::Line { at: None });
        // SAFETY: as in `new`: the recorder goes after the runtime.
        unsafe { heap.watch(Some(recorder)) };
        self.ran = self.recorder.events();
        (outcome, onlooker.into_answer())
    }

    /// What has been recorded until now, and where the script's last line ended.
    pub fn recording(&self) -> Recording {
        let mut recording = self.recorder.recording();
        recording.sources = self.sources();
        recording
    }

    /// Number of the first event after the last script's last line.
    pub fn script_end(&self) -> u64 {
        self.ran
    }

    /// Who holds each block's object now; of an array, whose it is.
    pub fn holders(&self) -> HashMap<BlockCode, Vec<Alive>> {
        let mut holders: HashMap<BlockCode, Vec<Alive>> = HashMap::new();
        self.interp.each_reference(&mut |holder, op| {
            let holder = holder.alive(&self.recorder);
            let block = self.recorder.block_of(op);
            if !holders.contains_key(&block)
                // SAFETY: what somebody holds is alive.
                && let Some((array, _)) = anatomy(unsafe { Borrowed::new(op) }).array
            {
                let owner = Alive::Object(block, String::new());
                let array = self.recorder.pool_block(array);
                holders.extend(array.map(|array| (array, vec![owner])));
            }
            holders.entry(block).or_default().push(holder);
        });
        holders
    }

    /// The values of objects that can be written without running a program, by block.
    pub fn values(&self) -> HashMap<BlockCode, String> {
        let mut values = HashMap::new();
        self.interp.each_reference(&mut |_, op| {
            // SAFETY: what somebody holds is alive.
            if let Some(value) = value_of(unsafe { Borrowed::new(op) }) {
                values.insert(self.recorder.block_of(op), value);
            }
        });
        values
    }

    /// Ends the runtime; gives the log of all that happened.
    pub fn finish_with_log(self, options: &LogOptions) -> Log {
        let holders = self.holders();
        let ended = self.finish();
        Log::new(&ended.recording, ended.script_end, &holders, options)
    }

    /// The same, written in pieces as it comes about: see [`Log::written`].
    pub fn finish_writing_log(
        self,
        options: &LogOptions,
        write: &mut dyn FnMut(&str) -> ControlFlow<()>,
    ) -> Log {
        let holders = self.holders();
        let ended = self.finish();
        Log::written(&ended.recording, ended.script_end, &holders, options, write)
    }

    fn sources(&self) -> Vec<SourceText> {
        let mut sources = Vec::new();
        self.interp.each_source(|source| {
            let (name, text) = (source.name().to_owned(), source.text().to_owned());
            sources.push(SourceText { name, text });
        });
        sources
    }

    /// Ends the runtime; gives all that happened until nothing was left.
    pub fn finish(self) -> Ended {
        self.finish_and(|_| ())
    }

    /// The same, with a last look at the heap.
    pub fn finish_and(self, last_look: impl FnOnce(&Heap)) -> Ended {
        let sources = self.sources();
        let Self { interp, recorder, ran } = self;
        let teardown = interp.finish_and(|heap| {
            recorder.end(heap);
            last_look(heap);
        });
        let mut recording = recorder.finish();
        recording.sources = sources;
        Ended { recording, script_end: ran, teardown }
    }
}
