//! The picture of one or several reports: when each fetch ran, on one time axis for all of them.
//!
//! Drawing is a pure function of the reports; only [`Waterfall::fit`] looks at the terminal.

use core::fmt::{self, Write as _};
use std::borrow::ToOwned;
use std::format;
use std::io::IsTerminal;
use std::string::{String, ToString};
use std::time::Duration;
use std::vec;
use std::vec::Vec;

use anstyle::{AnsiColor, Style};
use svg::Document;
use svg::node::element::{Group, Line, Rectangle, Style as Css, Text, Title};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::report::{Ending, Report, Seconds, Span};

/// Draws reports as a waterfall, as `cargo build --timings` and a browser's network panel do: a bar for every
/// fetch, from its start to its end. All reports share one time axis, so that their lengths can be compared at a
/// glance.
///
/// ```
/// use std::time::Duration;
/// use yieldfrom::fetch::{Ending, Report, Span, Waterfall};
///
/// let ms = Duration::from_millis;
/// let span = |index, path: &str, started, ended| Span {
///     index,
///     url: format!("http://localhost/{path}"),
///     started: ms(started),
///     ended: ms(ended),
///     ending: Ending::Page { status: 200 },
///     tries: 1,
///     hops: 0,
///     bytes: 500,
/// };
/// let reports = [
///     Report {
///         strategy: "one after the other".into(),
///         spans: vec![span(0, "a", 0, 300), span(1, "b", 300, 500)],
///         total: ms(500),
///         in_flight_max: 1,
///         threads: 1,
///     },
///     Report {
///         strategy: "at once".into(),
///         spans: vec![span(0, "a", 0, 300), span(1, "b", 0, 200)],
///         total: ms(300),
///         in_flight_max: 2,
///         threads: 1,
///     },
/// ];
/// assert_eq!(
///     Waterfall::new(&reports).width(59).to_string(),
///     "\
/// one after the other                                  500 ms
///   /a  ████████████████████████                  200  300 ms
///   /b                          ████████████████  200  200 ms
///   2 ok; 1.0 kB; at most 1 in flight, 1 thread
///
/// at once                           300 ms, 1.7 times as fast
///   /a  ████████████████████████                  200  300 ms
///   /b  ████████████████                          200  200 ms
///   2 ok; 1.0 kB; at most 2 in flight, 1 thread
///
///       ├───────┬───────┬───────┬───────┬───────┤
///       0       100     200     300     400     500 ms
/// "
/// );
/// ```
///
/// A report of hundreds of spans is summed up: how many were in flight over time, and the longest of them.
///
/// # Cost
///
/// Time and memory in proportion to the number of spans; what is drawn of them is bounded.
#[derive(Clone, Debug)]
pub struct Waterfall<'a> {
    reports: &'a [Report],
    width: usize,
    colour: bool,
}

impl<'a> Waterfall<'a> {
    /// A waterfall of these reports, 80 columns wide and without colour.
    pub fn new(reports: &'a [Report]) -> Self {
        Waterfall { reports, width: 80, colour: false }
    }

    /// Draws so many columns wide in text; at least 40.
    #[must_use]
    pub fn width(mut self, columns: usize) -> Self {
        self.width = columns.max(WIDTH_MIN);
        self
    }

    /// Colours the text with ANSI escapes: pages green, other statuses yellow, failures red.
    #[must_use]
    pub fn colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// Fits width and colour to where the text goes: a terminal gives its width, and takes colour unless `NO_COLOR`,
    /// `CLICOLOR=0` or `TERM=dumb` says otherwise. Anything else stays 80 columns wide and plain, unless
    /// `CLICOLOR_FORCE` asks for colour.
    #[must_use]
    pub fn fit(mut self, output: &(impl IsTerminal + AsFdOrHandle)) -> Self {
        let wanted = output.is_terminal()
            && anstyle_query::term_supports_ansi_color()
            && anstyle_query::clicolor().unwrap_or(true);
        self.colour = !anstyle_query::no_color() && (wanted || anstyle_query::clicolor_force());
        match terminal_size::terminal_size_of(output) {
            Some((columns, _)) if output.is_terminal() => self.width(columns.0.into()),
            _ => self,
        }
    }
}

#[cfg(unix)]
use std::os::fd::AsFd as AsFdOrHandle;
#[cfg(windows)]
use std::os::windows::io::AsHandle as AsFdOrHandle;

const WIDTH_MIN: usize = 40;
/// A report of more spans than this is summed up in text.
const ROWS_MAX: usize = 24;
/// So many of the longest spans stand in the sum.
const LONGEST: usize = 8;

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();

/// Good, doubtful, bad: what an ending looks like.
#[derive(Clone, Copy)]
enum Look {
    Ok,
    Other,
    Failed,
}

impl Look {
    fn of(ending: Ending) -> Self {
        match ending {
            Ending::Page { status: 200..=299 } => Look::Ok,
            Ending::Page { .. } => Look::Other,
            Ending::Failed { .. } => Look::Failed,
        }
    }

    fn style(self) -> Style {
        Style::new().fg_color(Some(
            match self {
                Look::Ok => AnsiColor::Green,
                Look::Other => AnsiColor::Yellow,
                Look::Failed => AnsiColor::Red,
            }
            .into(),
        ))
    }

    fn class(self) -> &'static str {
        match self {
            Look::Ok => "ok",
            Look::Other => "other",
            Look::Failed => "failed",
        }
    }
}

// What both drawings share: the time axis, and what is said of reports and spans.

/// The time axis: from 0 to the end of the longest report, with a tick at round numbers.
struct Axis {
    end: Duration,
    step: f64,
}

impl Axis {
    fn new(reports: &[Report], ticks_max: usize) -> Self {
        let end = reports
            .iter()
            .flat_map(|report| report.spans.iter().map(|span| span.ended).chain([report.total]))
            .max()
            .unwrap_or_default()
            .max(Duration::from_micros(1));
        let least = end.as_secs_f64() / ticks_max.max(1) as f64;
        let power = 10f64.powf(least.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|factor| factor * power).into_iter().find(|step| *step >= least);
        Axis { end, step: step.unwrap_or(least) }
    }

    /// Where a time lies, from 0 at the beginning to 1 at the end.
    fn at(&self, time: Duration) -> f64 {
        (time.as_secs_f64() / self.end.as_secs_f64()).min(1.0)
    }

    /// The ticks: where each lies, and what stands there.
    fn ticks(&self) -> impl Iterator<Item = (f64, String)> {
        let end = self.end.as_secs_f64();
        // A tick that rounding puts just past the end still belongs to it.
        let last = (end / self.step + 1e-6).floor() as usize;
        let (unit, scale) = if end < 0.001 {
            ("µs", 1e6)
        } else if end < 1.0 {
            ("ms", 1e3)
        } else {
            ("s", 1.0)
        };
        let decimals = (-(self.step * scale).log10().floor()).max(0.0) as usize;
        (0..=last).map(move |tick| {
            let time = tick as f64 * self.step;
            let label = if tick == 0 { "0".to_owned() } else { format!("{:.decimals$}", time * scale) };
            ((time / end).min(1.0), if tick == last { format!("{label} {unit}") } else { label })
        })
    }
}

/// The scheme and the host that all URLs have in common, which their labels leave out.
fn common_origin(reports: &[Report]) -> &str {
    fn origin(url: &str) -> &str {
        let host = url.find("://").map_or(0, |scheme| scheme + 3);
        &url[..url[host..].find('/').map_or(url.len(), |path| host + path)]
    }
    let mut urls = reports.iter().flat_map(|report| &report.spans).map(|span| span.url.as_str());
    let Some(first) = urls.next().map(origin) else { return "" };
    if urls.all(|url| origin(url) == first) { first } else { "" }
}

/// What stands at a span's bar: the URL without what is common, and without what would upset a terminal.
fn label(span: &Span, origin: &str) -> String {
    let rest = span.url.strip_prefix(origin).unwrap_or(&span.url);
    let rest = if rest.is_empty() { "/" } else { rest };
    printable(rest)
}

/// Without the characters that steer a terminal, which XML does not allow either.
fn printable(text: &str) -> String {
    let refused = |c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars().map(|c| if refused(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// Takes out of the middle what does not fit: both ends of a URL tell more than its middle.
fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut head, mut tail) = (String::new(), Vec::new());
    let (mut left, mut right) = (width.div_ceil(2).saturating_sub(1), width / 2);
    for c in text.chars() {
        match left.checked_sub(c.width().unwrap_or(0)) {
            Some(rest) => left = rest,
            None => break,
        }
        head.push(c);
    }
    for c in text.chars().rev() {
        match right.checked_sub(c.width().unwrap_or(0)) {
            Some(rest) => right = rest,
            None => break,
        }
        tail.push(c);
    }
    head.push('…');
    head.extend(tail.iter().rev());
    head
}

/// How a span ended, in a word or two: `200`, `timeout`, `200, 3 tries`.
fn outcome(span: &Span) -> String {
    let mut text = match span.ending {
        Ending::Page { status } => status.to_string(),
        Ending::Failed { kind } => kind.to_owned(),
    };
    if span.tries > 1 {
        let _ = write!(text, ", {} tries", span.tries);
    }
    if span.hops > 0 {
        let _ = write!(text, ", {} hop{}", span.hops, plural(span.hops as usize));
    }
    text
}

fn lasted(span: &Span) -> Duration {
    span.ended.saturating_sub(span.started)
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// The total, and how it compares with the first report's.
fn total(report: &Report, first: &Report) -> String {
    let total = Seconds(report.total);
    if core::ptr::eq(report, first) || report.total.is_zero() {
        return total.to_string();
    }
    format!("{total}, {:.1} times as fast", first.total.as_secs_f64() / report.total.as_secs_f64())
}

fn facts(report: &Report) -> String {
    let (in_flight, threads) = (report.in_flight_max, report.threads);
    format!("{}; at most {in_flight} in flight, {threads} thread{}", report.tally(), plural(threads))
}

/// The longest spans, in the order in which they were started.
fn longest(report: &Report) -> Vec<&Span> {
    let mut spans: Vec<&Span> = report.spans.iter().collect();
    spans.sort_by_key(|span| core::cmp::Reverse(lasted(span)));
    spans.truncate(LONGEST);
    spans.sort_by_key(|span| (span.started, span.index));
    spans
}

/// How many were in flight, on average over each of so many equal parts of the axis.
fn in_flight(report: &Report, axis: &Axis, parts: usize) -> Vec<f64> {
    let mut load = vec![0.0; parts];
    for span in &report.spans {
        let (start, end) = (axis.at(span.started) * parts as f64, axis.at(span.ended) * parts as f64);
        for (part, load) in
            load.iter_mut().enumerate().skip(start as usize).take_while(|(part, _)| (*part as f64) < end)
        {
            *load += end.min(part as f64 + 1.0) - start.max(part as f64);
        }
    }
    load
}

// The drawing in text.

/// The columns of the text: label, bars, outcome, duration.
struct Columns {
    label: usize,
    bars: usize,
    outcome: usize,
}

/// The width of the longest duration, `9999 ms`, is taken as given.
const DURATION_WIDTH: usize = 7;

impl fmt::Display for Waterfall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.reports.first() else { return Ok(()) };
        let origin = common_origin(self.reports);
        let rows: Vec<Vec<&Span>> = self
            .reports
            .iter()
            .map(|report| match report.spans.len() {
                ..=ROWS_MAX => report.spans.iter().collect(),
                _ => longest(report),
            })
            .collect();
        let columns = self.columns(&rows, origin);
        let axis = Axis::new(self.reports, (columns.bars / 8).max(2));
        for (report, rows) in self.reports.iter().zip(&rows) {
            self.heading(f, report, first)?;
            if rows.len() < report.spans.len() {
                self.load(f, report, &axis, &columns)?;
            }
            for span in rows {
                self.row(f, span, origin, &axis, &columns)?;
            }
            self.line(f, QUIET, &format!("  {}", facts(report)))?;
            f.write_str("\n")?;
        }
        self.axis(f, &axis, &columns)
    }
}

impl Waterfall<'_> {
    fn columns(&self, rows: &[Vec<&Span>], origin: &str) -> Columns {
        let widest =
            |width: &dyn Fn(&Span) -> usize| rows.iter().flatten().map(|span| width(span)).max().unwrap_or(0);
        let outcome = widest(&|span| outcome(span).width()).min(self.width / 4);
        let mut label = widest(&|span| label(span, origin).width()).min(self.width / 3);
        if rows.iter().zip(self.reports).any(|(rows, report)| rows.len() < report.spans.len()) {
            label = label.max("in flight".len());
        }
        // Two columns before each but the first two, which stand two and two apart as well.
        Columns { label, bars: self.width - label - outcome - DURATION_WIDTH - 7, outcome }
    }

    fn paint(&self, style: Style, text: impl fmt::Display) -> String {
        if self.colour { format!("{style}{text}{style:#}") } else { text.to_string() }
    }

    fn line(&self, f: &mut fmt::Formatter<'_>, style: Style, text: &str) -> fmt::Result {
        writeln!(f, "{}", self.paint(style, text))
    }

    fn heading(&self, f: &mut fmt::Formatter<'_>, report: &Report, first: &Report) -> fmt::Result {
        let total = total(report, first);
        let name = shorten(&report.strategy, self.width - total.width() - 2);
        let gap = self.width - name.width() - total.width();
        self.line(f, HEADING, &format!("{name}{:gap$}{total}", ""))
    }

    fn row(
        &self,
        f: &mut fmt::Formatter<'_>,
        span: &Span,
        origin: &str,
        axis: &Axis,
        columns: &Columns,
    ) -> fmt::Result {
        let label = shorten(&label(span, origin), columns.label);
        let gap = columns.label - label.width();
        let look = Look::of(span.ending).style();
        let bar = bar(axis.at(span.started), axis.at(span.ended), columns.bars);
        let outcome = shorten(&outcome(span), columns.outcome);
        let (width, lasted) = (columns.outcome, Seconds(lasted(span)).to_string());
        let outcome = self.paint(look, format!("{outcome:width$}"));
        writeln!(f, "  {label}{:gap$}  {}  {outcome} {lasted:>DURATION_WIDTH$}", "", self.paint(look, bar))
    }

    /// How many were in flight over time, in eighths of the most that were.
    fn load(
        &self,
        f: &mut fmt::Formatter<'_>,
        report: &Report,
        axis: &Axis,
        columns: &Columns,
    ) -> fmt::Result {
        const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
        let most = report.in_flight_max.max(1) as f64;
        let load: String = in_flight(report, axis, columns.bars)
            .into_iter()
            .map(|load| EIGHTHS[((load / most * 8.0).ceil() as usize).min(8)])
            .collect();
        let width = columns.label;
        writeln!(f, "  {:width$}  {}", "in flight", self.paint(Look::Ok.style(), load.trim_end()))?;
        self.line(f, QUIET, &format!("  the longest {LONGEST} of {}:", report.spans.len()))
    }

    fn axis(&self, f: &mut fmt::Formatter<'_>, axis: &Axis, columns: &Columns) -> fmt::Result {
        let (mut line, mut labels) = (vec!['─'; columns.bars + 1], String::new());
        for (at, label) in axis.ticks() {
            let column = (at * columns.bars as f64).round() as usize;
            line[column] = '┬';
            let gap = column.saturating_sub(labels.width());
            let _ = write!(labels, "{:gap$}{label}", "");
        }
        line[0] = '├';
        let end = if line[columns.bars] == '┬' { '┤' } else { '─' };
        line[columns.bars] = end;
        let indent = " ".repeat(columns.label + 4);
        self.line(f, QUIET, &format!("{indent}{}", line.into_iter().collect::<String>()))?;
        self.line(f, QUIET, &format!("{indent}{labels}"))
    }
}

/// A bar within so many columns, to half a column; never invisible.
fn bar(start: f64, end: f64, columns: usize) -> String {
    let halves = (columns * 2) as f64;
    let start = ((start * halves).round() as usize).min(columns * 2 - 1);
    let end = ((end * halves).round() as usize).max(start + 1);
    (0..columns)
        .map(|column| {
            let half = |half: usize| (start..end).contains(&half);
            match (half(column * 2), half(column * 2 + 1)) {
                (true, true) => '█',
                (true, false) => '▌',
                (false, true) => '▐',
                (false, false) => ' ',
            }
        })
        .collect()
}

// The drawing as SVG. Lengths are in pixels.

const PICTURE_WIDTH: f64 = 960.0;
const MARGIN: f64 = 28.0;
/// Behind the longest bar: room for what stands there.
const NOTE_WIDTH: f64 = 120.0;
/// A panel of more rows than `ROWS_MAX` has thin ones without labels; they share this height.
const CROWD_HEIGHT: f64 = 240.0;
/// More rows than this cannot be told apart, so only so many are drawn, evenly taken.
const CROWD_MAX: usize = 240;
const ROW_HEIGHT: f64 = 22.0;
const BAR_HEIGHT: f64 = 14.0;
const HEADING_HEIGHT: f64 = 58.0;
const PANEL_GAP: f64 = 22.0;
const AXIS_HEIGHT: f64 = 26.0;
/// Longer labels than this are shortened.
const LABEL_CHARS: usize = 28;
/// About the width of a character of the label's font.
const LABEL_CHAR_WIDTH: f64 = 7.3;
const LABEL_GAP: f64 = 14.0;

/// The colours say how a fetch ended, and hold their contrast on light and on dark.
const CSS: &str = "
text { font: 13px system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif; fill: #1f2328; }
.card { fill: #ffffff; stroke: #d1d9e0; }
.strategy, .total { font-size: 15px; font-weight: 600; }
.facts, .tick, .note { fill: #59636e; font-size: 12px; }
.note { stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round; paint-order: stroke; }
.label { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace; }
.grid { stroke: #d1d9e0; }
.end { stroke: #59636e; stroke-dasharray: 3 3; }
.ok { fill: #1f883d; }
.other { fill: #bf8700; }
.failed { fill: #cf222e; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .card { fill: #0d1117; stroke: #3d444d; }
  .facts, .tick, .note { fill: #9198a1; }
  .note { stroke: #0d1117; }
  .grid { stroke: #2b3139; }
  .end { stroke: #9198a1; }
  .ok { fill: #3fb950; }
  .other { fill: #d29922; }
  .failed { fill: #f85149; }
}
";

impl Waterfall<'_> {
    /// The waterfall as a picture: an SVG document, legible on light and on dark ground.
    ///
    /// ```
    /// use yieldfrom::fetch::Waterfall;
    ///
    /// assert!(Waterfall::new(&[]).svg().starts_with("<svg"));
    /// ```
    pub fn svg(&self) -> String {
        let plan = Plan::new(self.reports);
        let bottom = MARGIN / 2.0 + self.reports.iter().map(panel_height).sum::<f64>();
        let height = bottom + AXIS_HEIGHT;

        let mut picture = Document::new()
            .set("viewBox", (0, 0, PICTURE_WIDTH, height))
            .set("width", PICTURE_WIDTH)
            .set("height", height)
            .set("role", "img")
            .add(Title::new(printable(&self.summary())))
            .add(Css::new(CSS))
            .add(
                Rectangle::new()
                    .set("class", "card")
                    .set("x", 0.5)
                    .set("y", 0.5)
                    .set("width", PICTURE_WIDTH - 1.0)
                    .set("height", height - 1.0)
                    .set("rx", 10),
            );
        let mut top = MARGIN / 2.0;
        for report in self.reports {
            picture = picture.add(plan.panel(report, &self.reports[0], top));
            top += panel_height(report);
        }
        for (at, label) in plan.axis.ticks() {
            picture = picture.add(text("tick", plan.x(at), bottom + 6.0, "middle", label));
        }
        picture.to_string()
    }

    /// What the picture says, for those who cannot see it.
    fn summary(&self) -> String {
        let mut text = String::from("Waterfall");
        for (place, report) in self.reports.iter().enumerate() {
            let before = if place == 0 { ": " } else { "; " };
            let _ = write!(text, "{before}{}: {}", report.strategy, total(report, &self.reports[0]));
        }
        text
    }
}

fn panel_height(report: &Report) -> f64 {
    HEADING_HEIGHT + rows_height(report) + PANEL_GAP
}

fn rows_height(report: &Report) -> f64 {
    match report.spans.len() {
        rows @ ..=ROWS_MAX => rows as f64 * ROW_HEIGHT,
        _ => CROWD_HEIGHT,
    }
}

/// What all panels share.
struct Plan<'a> {
    axis: Axis,
    origin: &'a str,
    bars_left: f64,
    bars_width: f64,
}

impl<'a> Plan<'a> {
    fn new(reports: &'a [Report]) -> Self {
        let origin = common_origin(reports);
        let labelled = reports.iter().filter(|report| report.spans.len() <= ROWS_MAX);
        let longest = labelled.flat_map(|report| &report.spans).map(|span| label(span, origin).width()).max();
        // Room for the word beside a crowd, at least.
        let label_width = longest.unwrap_or(0).clamp(14, LABEL_CHARS) as f64 * LABEL_CHAR_WIDTH;
        let bars_left = pixels(MARGIN + label_width + LABEL_GAP);
        let bars_width = PICTURE_WIDTH - MARGIN - NOTE_WIDTH - bars_left;
        Plan { axis: Axis::new(reports, 10), origin, bars_left, bars_width }
    }

    /// Where a place on the axis, from 0 to 1, lies in the picture.
    fn x(&self, at: f64) -> f64 {
        pixels(self.bars_left + at * self.bars_width)
    }

    fn panel(&self, report: &Report, first: &Report, top: f64) -> Group {
        let rows_top = top + HEADING_HEIGHT;
        let rows_bottom = rows_top + rows_height(report);
        let upright = |class, x| line(class, x, rows_top - 5.0, x, rows_bottom + 1.0);
        let mut panel = Group::new()
            .add(text("strategy", MARGIN, top + 26.0, "start", &report.strategy))
            .add(text("total", PICTURE_WIDTH - MARGIN, top + 26.0, "end", total(report, first)))
            .add(text("facts", MARGIN, top + 45.0, "start", facts(report)));
        for (at, _) in self.axis.ticks() {
            panel = panel.add(upright("grid", self.x(at)));
        }
        panel = panel.add(upright("end", self.x(self.axis.at(report.total))));
        if report.spans.len() <= ROWS_MAX {
            for (row, span) in report.spans.iter().enumerate() {
                panel = self.row(panel, span, rows_top + row as f64 * ROW_HEIGHT);
            }
            return panel;
        }
        let (count, shown) = (report.spans.len(), report.spans.len().min(CROWD_MAX));
        let said = if shown < count { format!("{shown} of {count}") } else { format!("{count} fetches") };
        panel = panel.add(text("facts", MARGIN, rows_top + 11.0, "start", said));
        let pitch = CROWD_HEIGHT / shown as f64;
        (0..shown).fold(panel, |panel, row| {
            let span = &report.spans[row * count / shown];
            panel.add(self.bar(span, rows_top + row as f64 * pitch, pitch * 0.9))
        })
    }

    /// One labelled row.
    fn row(&self, panel: Group, span: &Span, top: f64) -> Group {
        let baseline = top + BAR_HEIGHT - 3.0;
        let lasted = Seconds(lasted(span));
        let note = match span.ending {
            Ending::Page { status: 200 } if span.tries == 1 && span.hops == 0 => lasted.to_string(),
            _ => format!("{lasted} · {}", outcome(span)),
        };
        panel
            .add(text("label", MARGIN, baseline, "start", shorten(&label(span, self.origin), LABEL_CHARS)))
            .add(text("note", self.x(self.axis.at(span.ended)) + 8.0, baseline, "start", note))
            .add(self.bar(span, top, BAR_HEIGHT))
    }

    /// One bar, which tells the whole to the mouse that rests on it.
    fn bar(&self, span: &Span, top: f64, thick: f64) -> Rectangle {
        let (start, end) = (self.x(self.axis.at(span.started)), self.x(self.axis.at(span.ended)));
        let told = format!(
            "{}: {}, {} from {}",
            span.url,
            outcome(span),
            Seconds(lasted(span)),
            Seconds(span.started)
        );
        Rectangle::new()
            .set("class", Look::of(span.ending).class())
            .set("x", start)
            .set("y", pixels(top))
            .set("width", pixels((end - start).max(2.0)))
            .set("height", pixels(thick))
            .set("rx", if thick < BAR_HEIGHT { 0 } else { 3 })
            .add(Title::new(printable(&told)))
    }
}

fn text(class: &str, x: f64, y: f64, anchor: &str, content: impl AsRef<str>) -> Text {
    Text::new(printable(content.as_ref()))
        .set("class", class)
        .set("x", x)
        .set("y", y)
        .set("text-anchor", anchor)
}

fn line(class: &str, x1: f64, y1: f64, x2: f64, y2: f64) -> Line {
    Line::new().set("class", class).set("x1", x1).set("y1", y1).set("x2", x2).set("y2", y2)
}

/// A tenth of a pixel is as fine as anyone sees, and keeps the file small.
fn pixels(length: f64) -> f64 {
    (length * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(index: usize, path: &str, started: u64, ended: u64) -> Span {
        Span {
            index,
            url: format!("http://localhost:8080{path}"),
            started: Duration::from_millis(started),
            ended: Duration::from_millis(ended),
            ending: Ending::Page { status: 200 },
            tries: 1,
            hops: 0,
            bytes: 1024,
        }
    }

    fn report(strategy: &str, spans: Vec<Span>, in_flight_max: usize, threads: usize) -> Report {
        let total = spans.iter().map(|span| span.ended).max().unwrap_or_default();
        Report { strategy: strategy.into(), spans, total, in_flight_max, threads }
    }

    fn three() -> [Report; 3] {
        let serial = [(0, 500), (500, 900), (900, 1200), (1200, 1400), (1400, 1500)];
        let spans = |times: &dyn Fn(usize) -> (u64, u64)| {
            (0..5)
                .map(|i| {
                    let (started, ended) = times(i);
                    span(i, &format!("/{}", 500 - i * 100), started, ended)
                })
                .collect::<Vec<_>>()
        };
        [
            report("one after the other", spans(&|i| serial[i]), 1, 1),
            report("five threads", spans(&|i| (i as u64, 500 - i as u64 * 100 + 5)), 5, 5),
            report("one thread, five in flight", spans(&|i| (0, 500 - i as u64 * 100)), 5, 1),
        ]
    }

    fn many() -> Report {
        report(
            "many",
            (0..300)
                .map(|i| {
                    let start = i as u64 / 20 * 100;
                    span(
                        i,
                        &format!("/page/{i}/of/the/very/long/list/that/nobody/reads"),
                        start + i as u64 % 20,
                        start + 60 + (i as u64 * 37) % 50,
                    )
                })
                .collect(),
            20,
            1,
        )
    }

    /// One that went well after three tries, one that failed at once, one that was not found.
    fn mixed() -> Report {
        let mut spans = vec![
            span(0, "/a", 0, 100),
            span(1, "/b", 100, 100),
            span(2, "/a/longer/one/that/must/be/cut/for/it/to/fit/in", 20, 2300),
        ];
        spans[0].tries = 3;
        spans[1].ending = Ending::Failed { kind: "timeout" };
        spans[2].ending = Ending::Page { status: 404 };
        report("mixed", spans, 3, 1)
    }

    fn elements<'a>(picture: &'a roxmltree::Document<'a>, class: &str) -> Vec<String> {
        let of_class = |node: &roxmltree::Node<'_, '_>| node.attribute("class") == Some(class);
        picture
            .descendants()
            .filter(of_class)
            .map(|node| node.text().unwrap_or("").trim().to_owned())
            .collect()
    }

    #[test]
    fn all_strategies_share_one_axis() {
        assert_eq!(
            Waterfall::new(&three()).to_string(),
            "\
one after the other                                                       1.50 s
  /500  ███████████████████▌                                         200  500 ms
  /400                     ▐███████████████▌                         200  400 ms
  /300                                     ▐███████████              200  300 ms
  /200                                                 ████████      200  200 ms
  /100                                                         ████  200  100 ms
  5 ok; 5.1 kB; at most 1 in flight, 1 thread

five threads                                           505 ms, 3.0 times as fast
  /500  ████████████████████                                         200  505 ms
  /400  ████████████████                                             200  404 ms
  /300  ████████████                                                 200  303 ms
  /200  ████████                                                     200  202 ms
  /100  ████                                                         200  101 ms
  5 ok; 5.1 kB; at most 5 in flight, 5 threads

one thread, five in flight                             500 ms, 3.0 times as fast
  /500  ███████████████████▌                                         200  500 ms
  /400  ███████████████▌                                             200  400 ms
  /300  ████████████                                                 200  300 ms
  /200  ████████                                                     200  200 ms
  /100  ████                                                         200  100 ms
  5 ok; 5.1 kB; at most 5 in flight, 1 thread

        ├───────────────────┬──────────────────┬───────────────────┤
        0                   0.5                1.0                 1.5 s
"
        );
    }

    #[test]
    fn narrow_text_keeps_its_columns_and_shortens_in_the_middle() {
        assert_eq!(
            Waterfall::new(&three()[2..]).width(0).to_string(),
            "\
one thread, five in flight        500 ms
  /500  ███████████████████  200  500 ms
  /400  ███████████████      200  400 ms
  /300  ███████████▌         200  300 ms
  /200  ███████▌             200  200 ms
  /100  ████                 200  100 ms
  5 ok; 5.1 kB; at most 5 in flight, 1 thread

        ├──────────────────┤
        0                  500 ms
"
        );
    }

    #[test]
    fn what_did_not_go_well_is_told() {
        assert_eq!(
            Waterfall::new(&[mixed()]).to_string(),
            "\
mixed                                                                     2.30 s
  /a                          █                             200, 3 tries  100 ms
  /b                           ▌                            timeout          0 s
  /a/longer/on…/it/to/fit/in  ████████████████████████████  404           2.28 s
  1 ok, 1 of status 404, 1 failed (timeout), 2 retries; 3.1 kB; at most 3 in flight, 1 thread

                              ├───────────┬───────────┬────
                              0           1           2 s
"
        );
    }

    #[test]
    fn hundreds_are_summed_up() {
        assert_eq!(
            Waterfall::new(&[many()]).width(100).to_string(),
            "\
many                                                                                          1.51 s
  in flight                          ▆█▆▄█▇▄██▄▆█▆▅█▇▃██▄▇█▆▅█▇▄██▄▇█▅▅█▇▄██▄▇█▅▅█▇▄██▃
  the longest 8 of 300:
  /page/4/of/the/v…hat/nobody/reads  ███▌                                                200  104 ms
  /page/27/of/the/…hat/nobody/reads     ▐███                                             200  102 ms
  /page/62/of/the/…hat/nobody/reads            ███▌                                      200  102 ms
  /page/81/of/the/…hat/nobody/reads               ▐███                                   200  106 ms
  /page/104/of/the…hat/nobody/reads                  ▐███                                200  104 ms
  /page/181/of/the…hat/nobody/reads                                ███▌                  200  106 ms
  /page/204/of/the…hat/nobody/reads                                   ▐███               200  104 ms
  /page/281/of/the…hat/nobody/reads                                                ▐███  200  106 ms
  300 ok; 307.2 kB; at most 20 in flight, 1 thread

                                     ├────────────────┬───────────────┬────────────────┤
                                     0                0.5             1.0              1.5 s
"
        );
    }

    #[test]
    fn nothing_to_draw_is_drawn_without_a_fuss() {
        assert_eq!(Waterfall::new(&[]).to_string(), "");
        let empty = Waterfall::new(&[report("empty", vec![], 0, 1)]).to_string();
        assert!(empty.contains("0 ok; 0 B; at most 0 in flight, 1 thread\n"), "{empty}");
    }

    #[test]
    fn colour_adds_escapes_and_changes_nothing_else() {
        let reports = [mixed()];
        let plain = Waterfall::new(&reports).to_string();
        let coloured = Waterfall::new(&reports).colour(true).to_string();
        let mut stripped = coloured.clone();
        for escape in ["\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[32m", "\x1b[33m"] {
            assert!(coloured.contains(escape), "no {escape:?}");
            stripped = stripped.replace(escape, "");
        }
        assert_eq!(stripped, plain);
    }

    #[test]
    fn a_url_cannot_steer_the_terminal() {
        let spans = vec![span(0, "/\x1b[2J\n\u{9b}x", 0, 1)];
        let text = Waterfall::new(&[report("hostile", spans, 1, 1)]).to_string();
        assert!(text.contains("/\u{FFFD}[2J\u{FFFD}\u{FFFD}x"), "{text}");
    }

    #[test]
    fn wide_characters_stay_in_line() {
        let spans = vec![span(0, "/例え", 0, 10), span(1, "/abcd", 0, 10)];
        let text = Waterfall::new(&[report("wide", spans, 2, 1)]).to_string();
        let starts = text
            .lines()
            .filter(|line| line.contains('█'))
            .map(|line| line[..line.find('█').unwrap()].width());
        assert_eq!(starts.collect::<Vec<_>>(), [9, 9]);
    }

    #[test]
    fn an_axis_has_round_ticks_with_a_unit() {
        for (millis, expected) in [
            (1, "0 0.2 0.4 0.6 0.8 1.0 ms"),
            (450, "0 100 200 300 400 ms"),
            (1_500, "0 0.5 1.0 1.5 s"),
            (30_000, "0 10 20 30 s"),
            (600_000, "0 200 400 600 s"),
        ] {
            let axis = Axis::new(&[report("", vec![span(0, "/", 0, millis)], 1, 1)], 5);
            let labels: Vec<String> = axis.ticks().map(|(_, label)| label).collect();
            assert_eq!(labels.join(" "), expected);
        }
    }

    #[test]
    fn the_picture_is_well_formed_and_says_what_the_text_says() {
        let svg = Waterfall::new(&three()).svg();
        let picture = roxmltree::Document::parse(&svg).expect("well-formed");
        assert_eq!(
            elements(&picture, "strategy"),
            ["one after the other", "five threads", "one thread, five in flight"]
        );
        assert_eq!(
            elements(&picture, "total"),
            ["1.50 s", "505 ms, 3.0 times as fast", "500 ms, 3.0 times as fast"]
        );
        assert_eq!(elements(&picture, "label")[..5], ["/500", "/400", "/300", "/200", "/100"]);
        assert_eq!(elements(&picture, "ok").len(), 15);
        assert_eq!(elements(&picture, "tick").last().unwrap(), "1.4 s");
    }

    #[test]
    fn the_picture_escapes_what_it_is_given() {
        let mut hostile = mixed();
        hostile.strategy = "<script>&amp;".into();
        hostile.spans[1].url = "http://example.com/\"'><x>&\0".into();
        let svg = Waterfall::new(&[hostile]).svg();
        let picture = roxmltree::Document::parse(&svg).expect("well-formed");
        assert_eq!(elements(&picture, "strategy"), ["<script>&amp;"]);
        assert!(picture.descendants().all(|node| !node.has_tag_name("script") && !node.has_tag_name("x")));
        assert_eq!(elements(&picture, "failed").len(), 1);
        assert_eq!(elements(&picture, "other").len(), 1);
    }

    #[test]
    fn the_picture_of_a_million_is_bounded() {
        let spans: Vec<Span> =
            (0..1_000_000).map(|index| span(index, "/", index as u64, index as u64 + 50)).collect();
        let svg = Waterfall::new(&[report("a million", spans, 50, 1)]).svg();
        let picture = roxmltree::Document::parse(&svg).expect("well-formed");
        assert_eq!(elements(&picture, "ok").len(), CROWD_MAX);
        assert!(svg.contains("240 of 1000000"));
    }
}
