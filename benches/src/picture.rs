//! Cost over the depth of recursion, as a picture: both axes logarithmic, one line a contender.

use std::error::Error;
use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::{Measured, load, loads};

const SIZE: (u32, u32) = (960, 600);
/// Room for the names at the ends of the lines.
const NAMES_WIDTH: i32 = 230;
const NAME_HEIGHT: i32 = 17;

const BLUE: RGBColor = RGBColor(0x1f, 0x6f, 0xd0);
const GREY: RGBColor = RGBColor(0x55, 0x55, 0x55);
const ORANGE: RGBColor = RGBColor(0xc8, 0x5a, 0x11);

struct Line {
    name: &'static str,
    points: Vec<(f64, f64)>,
    /// It ends before the last depth because it died there.
    ending: Option<String>,
    colour: RGBColor,
}

/// The name of a line, at its end.
struct Name {
    text: String,
    x: i32,
    y: i32,
    side: Side,
    colour: RGBColor,
}

/// Where no line can be in the way: right of the last depth, above where a line broke off, left of where it was left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Right,
    Above,
    Left,
}

pub fn draw(path: &Path, measured: &[Measured]) -> Result<(), Box<dyn Error>> {
    let lines = lines(measured);
    let highest = lines.iter().flat_map(|line| &line.points).map(|point| point.1).fold(10.0, f64::max);
    let depths =
        loads::all().into_iter().find(|load| load.name == "chain").expect("the load is known").depths;
    let (shallowest, deepest) = (depths[0] as f64, depths[depths.len() - 1] as f64);

    let root = SVGBackend::new(path, SIZE).into_drawing_area();
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&root)
        .caption("Walking a chain of n nodes, one generator a node", ("sans-serif", 22))
        .margin(12)
        .margin_right(NAMES_WIDTH)
        .x_label_area_size(48)
        .y_label_area_size(84)
        .build_cartesian_2d((shallowest..deepest).log_scale(), (10.0..highest * 1.5).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("depth of the recursion (nodes)")
        .y_desc("instructions an item")
        .x_label_formatter(&|depth| grouped(*depth))
        .y_label_formatter(&|count| grouped(*count))
        .label_style(("sans-serif", 15))
        .axis_desc_style(("sans-serif", 16))
        .light_line_style(TRANSPARENT)
        .bold_line_style(BLACK.mix(0.12))
        .draw()?;

    let mut names = Vec::new();
    for line in &lines {
        let width = if line.colour == BLUE { 3 } else { 2 };
        chart.draw_series(LineSeries::new(line.points.iter().copied(), line.colour.stroke_width(width)))?;
        chart.draw_series(line.points.iter().map(|&point| Circle::new(point, 3, line.colour.filled())))?;
        let Some(&end) = line.points.last() else { continue };
        if line.ending.is_some() {
            chart.draw_series([Cross::new(end, 7, line.colour.stroke_width(2))])?;
        }
        let (x, y) = chart.backend_coord(&end);
        let ending = line.ending.as_ref().map(|ending| format!(", then {ending}")).unwrap_or_default();
        let side = match line.ending {
            _ if end.0 == deepest => Side::Right,
            Some(_) => Side::Above,
            None => Side::Left,
        };
        names.push(Name { text: format!("{}{ending}", line.name), x, y, side, colour: line.colour });
    }
    place(&mut names);
    for Name { text, x, y, side, colour } in names {
        let (x, y, horizontal) = match side {
            Side::Right => (x + 12, y, HPos::Left),
            Side::Above => (x, y - 16, HPos::Center),
            Side::Left => (x - 12, y - 4, HPos::Right),
        };
        let style =
            ("sans-serif", 15).into_text_style(&root).color(&colour).pos(Pos::new(horizontal, VPos::Center));
        root.draw_text(&text, &style, (x, y))?;
    }
    root.present()?;
    Ok(())
}

fn lines(measured: &[Measured]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for this in measured.iter().filter(|measured| measured.load == "chain") {
        if lines.last().is_none_or(|line| line.name != this.contender) {
            let colour = match this.contender {
                name if name.starts_with(load::YIELDFROM) => BLUE,
                load::CPYTHON => ORANGE,
                _ => GREY,
            };
            lines.push(Line { name: this.contender, points: Vec::new(), ending: None, colour });
        }
        let line = lines.last_mut().expect("one was just added");
        match &this.instructions {
            Ok(instructions) => line.points.push((this.depth as f64, *instructions)),
            Err(reason) if line.ending.is_none() && reason != "not tried" => {
                line.ending = Some(reason.clone())
            }
            Err(_) => {}
        }
    }
    lines
}

/// Moves names apart that would stand on each other: those at the right end downwards, those before it upwards.
fn place(names: &mut [Name]) {
    let step = |side| if side == Side::Right { NAME_HEIGHT } else { -NAME_HEIGHT };
    names.sort_by_key(|name| (name.x, if name.side == Side::Right { name.y } else { -name.y }));
    for position in 1..names.len() {
        let (last, this) = (&names[position - 1], &names[position]);
        if (last.x, last.side) == (this.x, this.side) && (this.y - last.y).abs() < NAME_HEIGHT {
            names[position].y = last.y + step(this.side);
        }
    }
}

fn grouped(value: f64) -> String {
    match value as u64 {
        millions if millions >= 1_000_000 => format!("{} million", millions / 1_000_000),
        thousands if thousands >= 1_000 => format!("{},000", thousands / 1_000),
        small => small.to_string(),
    }
}
