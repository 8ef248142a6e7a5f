//! The chapter and the tests agree: each row stands in docs/protocol.md, and has a test unless it is marked `x`.

use std::collections::BTreeMap;

const CHAPTER: &str = include_str!("../../docs/protocol.md");
const TESTS: [&str; 8] = [
    include_str!("asynchronous.rs"),
    include_str!("close.rs"),
    include_str!("delegation.rs"),
    include_str!("iteration.rs"),
    include_str!("lifecycle.rs"),
    include_str!("reentrancy.rs"),
    include_str!("send.rs"),
    include_str!("throw.rs"),
];

#[test]
fn every_row_has_a_test_or_a_reason() {
    let rows: BTreeMap<u32, &str> = CHAPTER
        .lines()
        .filter_map(|line| {
            let cells: Vec<_> = line.split(" | ").collect();
            let number = cells[0].strip_prefix("| ")?.parse().ok()?;
            assert_eq!(cells.len(), 4, "{line}");
            Some((number, cells[3].trim_end_matches(" |")))
        })
        .collect();
    assert!(rows.keys().copied().eq(1..=77), "rows 1 to 77, each once");

    for (row, mark) in rows {
        let has_test = TESTS.iter().any(|tests| tests.contains(&format!("\nfn row_{row:02}_")));
        match mark {
            "=" | "~" => assert!(has_test, "row {row} has no test"),
            "x" => assert!(!has_test, "row {row} has a test, hence a meaning"),
            other => panic!("row {row} is marked {other:?}"),
        }
    }
}
