//! The list of rules is true: each test it names exists.

const LIST: &str = include_str!("../../RULES.md");

/// Where a named test may be.
const SOURCES: [(&str, &str); 7] = [
    ("gc rules_generations", include_str!("rules_generations.rs")),
    ("gc rules_collections", include_str!("rules_collections.rs")),
    ("gc rules_weak", include_str!("rules_weak.rs")),
    ("gc rules_finalizers", include_str!("rules_finalizers.rs")),
    ("gc rules_debug", include_str!("rules_debug.rs")),
    ("gc depth", include_str!("depth.rs")),
    ("types lifetimes", include_str!("../../../runtime-types/src/lifetimes.rs")),
];

/// What stands in the list where no test is possible yet.
const LATER: [&str; 2] = ["with the language", "with classes"];

/// The rows of the list's tables: section, rule, tests.
fn rows() -> impl Iterator<Item = [&'static str; 3]> {
    let cells = |line: &'static str| line.trim_matches('|').split('|').map(str::trim);
    LIST.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| section")).map(
        move |line| {
            let row: Vec<&str> = cells(line).collect();
            row.try_into().unwrap_or_else(|_| panic!("not three cells: {line}"))
        },
    )
}

#[test]
fn each_test_in_the_list_exists() {
    let mut listed = 0;
    for [section, rule, tests] in rows().filter(|row| !row[0].starts_with("---")) {
        assert!(["8", "9", "10.3", "trap 11"].contains(&section), "no such section: {section}");
        if LATER.contains(&tests) {
            continue;
        }
        for test in tests.split(',').map(|test| test.trim().trim_matches('`')) {
            let found = SOURCES.iter().any(|(_, source)| {
                source.contains(&format!("#[test]\nfn {test}()"))
                    || source.contains(&format!("#[test]\n    fn {test}()"))
            });
            assert!(found, "no test {test} for: {rule}");
            listed += 1;
        }
    }
    assert!(listed > 80, "the list was read");
}

#[test]
fn each_rule_test_is_in_the_list() {
    for (file, source) in SOURCES.iter().filter(|(file, _)| file.contains("rules_")) {
        for test in source.split("#[test]").skip(1) {
            let name = test.trim_start().trim_start_matches("fn ").split('(').next().unwrap();
            assert!(LIST.contains(&format!("`{name}`")), "{file}: {name} is for no rule");
        }
    }
}
