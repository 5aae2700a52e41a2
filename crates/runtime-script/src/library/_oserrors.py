"""Kinds of `OSError` and of warnings: built-in names that a program has when it first uses one."""


def _kind(name, base, *errnos):
    made = type(name, (base,), {"__slots__": (), "__module__": "builtins", "__doc__": None})
    for errno in errnos:
        CLASSES[errno] = made
    return made


# The class that a number of the system means.
CLASSES = {}

BlockingIOError = _kind("BlockingIOError", OSError, 11, 114, 115)
ChildProcessError = _kind("ChildProcessError", OSError, 10)
ConnectionError = _kind("ConnectionError", OSError)
BrokenPipeError = _kind("BrokenPipeError", ConnectionError, 32, 108)
ConnectionAbortedError = _kind("ConnectionAbortedError", ConnectionError, 103)
ConnectionRefusedError = _kind("ConnectionRefusedError", ConnectionError, 111)
ConnectionResetError = _kind("ConnectionResetError", ConnectionError, 104)
FileExistsError = _kind("FileExistsError", OSError, 17)
FileNotFoundError = _kind("FileNotFoundError", OSError, 2)
InterruptedError = _kind("InterruptedError", OSError, 4)
IsADirectoryError = _kind("IsADirectoryError", OSError, 21)
NotADirectoryError = _kind("NotADirectoryError", OSError, 20)
PermissionError = _kind("PermissionError", OSError, 1, 13)
ProcessLookupError = _kind("ProcessLookupError", OSError, 3)
TimeoutError = _kind("TimeoutError", OSError, 110)

BytesWarning = _kind("BytesWarning", Warning)
EncodingWarning = _kind("EncodingWarning", Warning)
FutureWarning = _kind("FutureWarning", Warning)
ImportWarning = _kind("ImportWarning", Warning)
PendingDeprecationWarning = _kind("PendingDeprecationWarning", Warning)
UnicodeWarning = _kind("UnicodeWarning", Warning)
PythonFinalizationError = _kind("PythonFinalizationError", RuntimeError)
