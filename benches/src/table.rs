//! The figures as tables, aligned for the terminal and in Markdown for the docs.

use std::fmt::Write as _;

use crate::Measured;
use crate::load::Load;
use crate::loads::memory::Kept;
use crate::measure::Figure;

pub struct Table {
    title: String,
    note: String,
    rows: Vec<Vec<String>>,
}

/// One table, or two when the load has several depths: one of instructions and one of time.
pub fn of_load(load: &Load, measured: &[Measured]) -> Vec<Table> {
    let of_load: Vec<&Measured> = measured.iter().filter(|measured| measured.load == load.name).collect();
    if let [_] = load.depths {
        return vec![side_by_side(load, &of_load)];
    }
    let mut tables = vec![over_depth(load, &of_load, "instructions an item", |this| &this.instructions)];
    if of_load.iter().any(|this| this.nanoseconds.is_ok()) {
        tables.push(over_depth(load, &of_load, "nanoseconds an item", |this| &this.nanoseconds));
    }
    tables
}

pub fn of_memory(kept: &[Kept], bytes: &[Figure]) -> Table {
    let mut rows = vec![["", "bytes each", "ratio", "alive at once"].map(String::from).to_vec()];
    for (kept, each) in kept.iter().zip(bytes) {
        let count = thousands(kept.count as f64, 0);
        rows.push(vec![kept.name.into(), figure(each), ratio(each, &bytes[0]), count]);
    }
    Table {
        title: "Memory".into(),
        note:
            "What the process grows by for each suspended range generator, the place that holds it included."
                .into(),
        rows,
    }
}

fn side_by_side(load: &Load, measured: &[&Measured]) -> Table {
    let mut rows = vec![["", "instructions", "ratio", "ns", "ratio"].map(String::from).to_vec()];
    for this in measured {
        rows.push(vec![
            this.contender.into(),
            figure(&this.instructions),
            ratio(&this.instructions, &measured[0].instructions),
            figure(&this.nanoseconds),
            ratio(&this.nanoseconds, &measured[0].nanoseconds),
        ]);
    }
    Table { title: load.title.into(), note: format!("An item: {}.", load.what), rows }
}

fn over_depth(load: &Load, measured: &[&Measured], unit: &str, of: impl Fn(&Measured) -> &Figure) -> Table {
    let depths = load.depths;
    let mut header = vec!["depth".to_string()];
    header.extend(depths.iter().map(|&depth| thousands(depth as f64, 0)));
    header.push("ratio".into());
    let mut rows = vec![header];
    let by_hand = &measured[..depths.len()];
    for this in measured.chunks(depths.len()) {
        let mut row = vec![this[0].contender.to_string()];
        row.extend(this.iter().map(|measured| figure(of(measured))));
        let deepest = this.iter().rposition(|measured| of(measured).is_ok());
        row.push(deepest.map_or_else(String::new, |at| ratio(of(this[at]), of(by_hand[at]))));
        rows.push(row);
    }
    Table {
        title: format!("{}: {unit}", load.title),
        note: format!("An item: {}. The ratio is that of the deepest.", load.what),
        rows,
    }
}

fn figure(figure: &Figure) -> String {
    match figure {
        Ok(value) if *value < 100.0 => thousands(*value, 2),
        Ok(value) => thousands(*value, 0),
        Err(reason) => reason.clone(),
    }
}

/// "How many times the hand-written code."
fn ratio(this: &Figure, by_hand: &Figure) -> String {
    match (this, by_hand) {
        (Ok(this), Ok(by_hand)) if this / by_hand < 10.0 => format!("{:.2}", this / by_hand),
        (Ok(this), Ok(by_hand)) => thousands(this / by_hand, 0),
        _ => String::new(),
    }
}

fn thousands(value: f64, decimals: usize) -> String {
    let plain = format!("{value:.decimals$}");
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (position, digit) in whole.char_indices() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

impl Table {
    /// Names to the left, figures to the right.
    pub fn as_text(&self) -> String {
        let mut text = format!("{}\n{}\n\n", self.title, self.note);
        let widths = self.widths();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let _ = if column == 0 {
                    write!(line, "{cell:<width$}")
                } else {
                    write!(line, "  {cell:>width$}")
                };
            }
            text += line.trim_end();
            text.push('\n');
        }
        text
    }

    fn as_markdown(&self) -> String {
        let mut text = format!("## {}\n\n{}\n\n", self.title, self.note);
        let widths = self.widths();
        for (number, row) in self.rows.iter().enumerate() {
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let _ = if column == 0 {
                    write!(text, "| {cell:<width$} ")
                } else {
                    write!(text, "| {cell:>width$} ")
                };
            }
            text += "|\n";
            if number == 0 {
                for (column, &width) in widths.iter().enumerate() {
                    let dashes = "-".repeat(width + 1);
                    let _ = if column == 0 { write!(text, "|{dashes}-") } else { write!(text, "|{dashes}:") };
                }
                text += "|\n";
            }
        }
        text
    }

    fn widths(&self) -> Vec<usize> {
        let widest = |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max();
        (0..self.rows[0].len()).map(|column| widest(column).unwrap_or_default()).collect()
    }
}

/// The page of the docs: what was measured, where and how, then all tables.
pub fn as_document(tables: &[Table]) -> String {
    let mut text = include_str!("document.md")
        .replace("{rustc}", &first_line_of("rustc", &["--version"]))
        .replace("{python}", &first_line_of("python3", &["--version"]))
        .replace("{valgrind}", &first_line_of("valgrind", &["--version"]))
        .replace("{processor}", &processor());
    for table in tables {
        text.push('\n');
        text += &table.as_markdown();
    }
    text
}

fn first_line_of(program: &str, arguments: &[&str]) -> String {
    let output = std::process::Command::new(program).args(arguments).output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    text.lines().next().map_or_else(|| format!("no {program}"), String::from)
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": an unknown processor");
    model.trim_start_matches([' ', '\t', ':']).to_string()
}
