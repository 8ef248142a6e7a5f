//! The table, in a form that reads well in a terminal and is Markdown as it stands.

use std::time::Duration;

use comfy_table::{CellAlignment, Table, presets};
use procfs::{CpuInfo, Current, LoadAverage};

use crate::contenders::Cost;
use crate::{Case, Result};

/// Whose wall time the others are compared with.
const WALL: &str = "hyper, tokio";

/// Whose CPU time the others are compared with.
const CPU: &str = "reqwest, tokio";

pub(crate) struct Row {
    pub(crate) case: Case,
    pub(crate) name: &'static str,
    pub(crate) cost: Cost,
}

fn ratio(time: Duration, over: Option<Duration>) -> String {
    match over {
        Some(over) if !over.is_zero() => format!("{:.2}", time.as_secs_f64() / over.as_secs_f64()),
        _ => "-".into(),
    }
}

pub(crate) fn draw(rows: &[Row]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN);
    table.set_header([
        "URLs",
        "limit",
        "delay ms",
        "client",
        "wall ms",
        "/ ideal",
        "/ hyper",
        "CPU s",
        "/ reqwest",
        "peak MB",
    ]);
    for Row { case, name, cost } in rows {
        let of = |name: &str| rows.iter().find(|row| row.case == *case && row.name == name);
        table.add_row([
            case.urls.to_string(),
            case.limit.to_string(),
            case.delay_ms.to_string(),
            (*name).to_string(),
            format!("{:.0}", cost.wall.as_secs_f64() * 1e3),
            ratio(cost.wall, Some(case.ideal())),
            ratio(cost.wall, of(WALL).map(|row| row.cost.wall)),
            format!("{:.3}", cost.cpu.as_secs_f64()),
            ratio(cost.cpu, of(CPU).map(|row| row.cost.cpu)),
            format!("{:.1}", cost.peak_kib as f64 * 1024.0 / 1e6),
        ]);
    }
    for (at, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(if at == 3 { CellAlignment::Left } else { CellAlignment::Right });
    }
    table.to_string()
}

/// How busy the machine was during the last minute; 1 is one core.
pub(crate) fn load() -> Result<f32> {
    Ok(LoadAverage::current()?.one)
}

/// What was measured, and where.
pub(crate) fn machine(before: f32) -> Result<String> {
    let cpus = CpuInfo::current()?;
    let model = cpus.model_name(0).unwrap_or("unknown");
    let versions: Vec<String> = ["hyper", "reqwest", "tokio", "async-std"]
        .iter()
        .map(|name| format!("{name} {}", version(name)))
        .collect();
    Ok(format!(
        "{} x {model}, Linux; load before the first run {before:.1}, after the last {:.1}. {}.",
        cpus.num_cores(),
        load()?,
        versions.join(", ")
    ))
}

/// The version that was built, as the lock file says.
fn version(name: &str) -> &'static str {
    let entry = format!("name = \"{name}\"\nversion = \"");
    let lock = include_str!("../Cargo.lock");
    lock.split_once(&entry).and_then(|(_, rest)| rest.split_once('"')).map_or("?", |(version, _)| version)
}

/// The document around the table.
pub(crate) fn document(machine: &str, rounds: usize, oftener: usize, table: &str) -> String {
    include_str!("document.md")
        .replace("{machine}", machine)
        .replace("{rounds}", &rounds.to_string())
        .replace("{oftener}", &oftener.to_string())
        .replace("{table}", table)
}
