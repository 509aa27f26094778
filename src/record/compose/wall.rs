//! Where everything is in the picture. Seats keep their places, as on the screens of the hearing.

use super::facts::Place;
use super::script::{Scene, Script, Stand, Tile};
use assize_core::ids::{SeatId, TrackId};

pub(super) const WIDTH: usize = 1280;
pub(super) const HEIGHT: usize = 720;
/// Above everything: case, phase and time.
pub(super) const HEAD: usize = 64;
/// Below each picture: the name.
pub(super) const BAR: usize = 32;
/// Around each tile: the frame of who speaks.
pub(super) const EDGE: usize = 4;

/// Pixels; all even, since two share their colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) w: usize,
    pub(super) h: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) tile: Tile,
    /// With its edge.
    pub(super) cell: Rect,
}

impl Rect {
    pub(super) const ALL: Self = Self { x: 0, y: 0, w: WIDTH, h: HEIGHT };

    fn shrunk(self, by: usize) -> Self {
        let w = self.w.saturating_sub(2 * by);
        Self { x: self.x + by, y: self.y + by, w, h: self.h.saturating_sub(2 * by) }
    }

    /// Where the picture is.
    pub(super) fn picture(self) -> Self {
        let inner = self.shrunk(EDGE);
        Self { h: inner.h.saturating_sub(BAR), ..inner }
    }

    /// Where the name is.
    pub(super) fn bar(self) -> Self {
        let inner = self.shrunk(EDGE);
        Self { y: inner.y + inner.h.saturating_sub(BAR), h: BAR.min(inner.h), ..inner }
    }

    /// The largest of so many by so many pixels' shape, in the middle.
    pub(super) fn fitted(self, w: usize, h: usize) -> Self {
        if w == 0 || h == 0 {
            return Self { w: 0, h: 0, ..self };
        }
        let (by_width, by_height) = ((self.w, self.w * h / w), (self.h * w / h, self.h));
        let (w, h) = if by_width.1 <= self.h { by_width } else { by_height };
        let (w, h) = (even(w), even(h));
        Self { x: self.x + even((self.w - w) / 2), y: self.y + even((self.h - h) / 2), w, h }
    }
}

/// The large one first, and each interpreter after the one interpreted for.
pub(super) fn order(places: &[Place], main: Option<SeatId>) -> Vec<Place> {
    let there = |seat: SeatId| places.iter().any(|place| place.seat == seat);
    let beside = |place: &Place| place.beside.filter(|seat| there(*seat) && *seat != place.seat);
    let of = |seat: SeatId| places.iter().filter(move |place| beside(place) == Some(seat)).cloned();
    let mut out: Vec<Place> = Vec::new();
    let firsts = places.iter().filter(|place| Some(place.seat) == main);
    let others = places.iter().filter(|place| Some(place.seat) != main && beside(place).is_none());
    for place in firsts.chain(others) {
        out.push(place.clone());
        out.extend(of(place.seat).filter(|place| Some(place.seat) != main));
    }
    // Two that sit beside each other, by a plan that makes no sense, are not lost.
    let lost: Vec<Place> = places.iter().filter(|place| !out.contains(place)).cloned().collect();
    out.extend(lost);
    out
}

/// Where all tiles of a scene are.
pub(super) fn placed(script: &Script, scene: &Scene) -> Vec<Placed> {
    let presented: Vec<Tile> = scene.presented.iter().map(|track| script.tile(*track)).collect();
    let all: Vec<Tile> = presented.into_iter().chain(script.tiles.iter().cloned()).collect();
    let large = match (scene.presented.first(), scene.stand) {
        (Some(track), _) => Some(*track),
        (None, Stand::Large(seat)) => script.tiles.iter().map(|tile| tile.source).find(|source| source.seat == seat),
        (None, Stand::Places | Stand::Grid) => None,
    };
    match large {
        Some(large) => with_large(all, large),
        None if scene.stand == Stand::Grid => gridded(all),
        None => planned(all),
    }
}

fn gridded(tiles: Vec<Tile>) -> Vec<Placed> {
    let columns = ceil_sqrt(tiles.len()).max(1);
    let rows = tiles.len().div_ceil(columns).max(1);
    let cells = (0..tiles.len()).map(|n| cell(n % columns, n / columns, 1, columns, rows));
    tiles.into_iter().zip(cells.collect::<Vec<_>>()).map(|(tile, cell)| Placed { tile, cell }).collect()
}

/// The detention point over 2 x 2 cells.
fn planned(tiles: Vec<Tile>) -> Vec<Placed> {
    let Some(main) = tiles.iter().find(|tile| tile.main).map(|tile| tile.source) else { return gridded(tiles) };
    let rest = tiles.len() - 1;
    let columns = ceil_sqrt(rest + 4).max(3);
    let least = if rest > 2 * (columns - 2) { 3 } else { 2 };
    let rows = (rest + 4).div_ceil(columns).max(least);
    around(tiles, main, 2, columns, rows)
}

/// One large, the others to its right and below it.
fn with_large(tiles: Vec<Tile>, large: TrackId) -> Vec<Placed> {
    let rest = tiles.len() - 1;
    if rest == 0 {
        return gridded(tiles);
    }
    // Two thirds of each side: the others must not become too small to be seen.
    let over = |side: usize| 2 * side / 3;
    let side = (3..).find(|side| side * side - over(*side) * over(*side) >= rest).unwrap_or(3);
    around(tiles, large, over(side), side, side)
}

fn around(tiles: Vec<Tile>, large: TrackId, over: usize, columns: usize, rows: usize) -> Vec<Placed> {
    let is_free = |(column, row): &(usize, usize)| *column >= over || *row >= over;
    let mut free = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row))).filter(is_free);
    let mut out = Vec::new();
    for tile in tiles {
        if tile.source == large {
            out.push(Placed { tile, cell: cell(0, 0, over, columns, rows) });
        } else if let Some((column, row)) = free.next() {
            out.push(Placed { tile, cell: cell(column, row, 1, columns, rows) });
        }
    }
    out
}

fn cell(column: usize, row: usize, over: usize, columns: usize, rows: usize) -> Rect {
    let x = |column: usize| even(WIDTH * column / columns);
    let y = |row: usize| HEAD + even((HEIGHT - HEAD) * row / rows);
    Rect { x: x(column), y: y(row), w: x(column + over) - x(column), h: y(row + over) - y(row) }
}

/// Two pixels share their colour.
pub(super) fn even(n: usize) -> usize {
    n & !1
}

fn ceil_sqrt(n: usize) -> usize {
    let root = n.isqrt();
    if root * root < n { root + 1 } else { root }
}
