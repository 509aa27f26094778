//! Which layer a leg should carry: pure functions of what flows, what is wanted and what the line has room for.

/// What is known of one layer of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct LayerView {
    pub(super) flowing: bool,
    /// Flowing for so long that it will probably go on.
    pub(super) steady: bool,
    /// Of its last key frame, in pixels; 0: not known.
    pub(super) height: u16,
}

/// What a leg should carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Choice {
    /// The layer to get to; `None`: nothing at all.
    pub(super) want: Option<u8>,
    /// Key frames of higher layers are not taken.
    pub(super) ceiling: u8,
}

/// For a subscriber that shows the track `tile` pixels high; `None`: not said, as large as there is.
pub(super) fn for_tile(layers: &[LayerView], tile: Option<u32>) -> Choice {
    let top = layers.len().saturating_sub(1) as u8;
    let ceiling = match tile {
        Some(0) => return Choice::default(),
        None => top,
        Some(tile) => enough(layers, tile).unwrap_or(top),
    };
    let flowing = |range: std::ops::RangeInclusive<u8>| range.filter(|at| layers[usize::from(*at)].flowing);
    if layers.is_empty() {
        return Choice::default();
    }
    let want = flowing(0..=ceiling).next_back().or_else(|| flowing(ceiling..=top).next()).unwrap_or(0);
    Choice { want: Some(want), ceiling }
}

/// What is left of a choice on a line that has room for layers up to `room`; `None`: for nothing.
pub(super) fn within(layers: &[LayerView], choice: Choice, room: Option<u8>) -> Choice {
    let (Some(want), Some(room)) = (choice.want, room) else { return Choice::default() };
    if want <= room {
        return Choice { ceiling: choice.ceiling.min(room.max(want)), ..choice };
    }
    let fits = (0..=room).rfind(|at| layers.get(usize::from(*at)).is_some_and(|layer| layer.flowing));
    // Where nothing so low flows, the line was found to have room for what does.
    fits.map_or(choice, |fits| Choice { want: Some(fits), ceiling: room })
}

/// The lowest layer at most a tenth smaller than the tile. A layer of unknown height counts for twice the one below.
fn enough(layers: &[LayerView], tile: u32) -> Option<u8> {
    let mut height = 0;
    layers
        .iter()
        .position(|layer| {
            height = if layer.height > 0 { u32::from(layer.height) } else { height * 2 };
            height.saturating_mul(10) >= tile.saturating_mul(9)
        })
        .map(|at| at as u8)
}

/// For the recorder, which carries `current`: the highest that flows steadily.
pub(super) fn for_record(layers: &[LayerView], current: Option<u8>) -> Choice {
    let highest = |good: fn(&LayerView) -> bool| layers.iter().rposition(good).map(|at| at as u8);
    let flowing = |at: &u8| layers.get(usize::from(*at)).is_some_and(|layer| layer.flowing);
    let want = highest(|layer| layer.steady)
        .max(current.filter(flowing))
        .or_else(|| highest(|layer| layer.flowing))
        .or_else(|| (!layers.is_empty()).then_some(0));
    Choice { want, ceiling: want.unwrap_or(0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layers(flowing: [bool; 3], heights: [u16; 3]) -> Vec<LayerView> {
        flowing
            .into_iter()
            .zip(heights)
            .map(|(flowing, height)| LayerView { flowing, steady: flowing, height })
            .collect()
    }

    #[test]
    fn a_narrow_line_gets_what_it_has_room_for() {
        let all = layers([true; 3], [180, 360, 720]);
        let full = for_tile(&all, None);
        assert_eq!(within(&all, full, Some(1)), Choice { want: Some(1), ceiling: 1 });
        assert_eq!(within(&all, full, Some(2)), full);
        assert_eq!(within(&all, full, None), Choice::default());
        let small = for_tile(&all, Some(180));
        assert_eq!(within(&all, small, Some(2)), small);
        let high = layers([false, true, false], [180, 360, 720]);
        assert_eq!(within(&high, for_tile(&high, None), Some(0)).want, Some(1));
    }

    #[test]
    fn a_tile_gets_the_smallest_layer_that_fills_it() {
        let all = layers([true; 3], [180, 360, 720]);
        let want = |tile| for_tile(&all, tile).want;
        assert_eq!(
            [want(None), want(Some(720)), want(Some(400)), want(Some(390)), want(Some(100))]
                .map(Option::unwrap_or_default),
            [2, 2, 1, 1, 0]
        );
        assert_eq!(for_tile(&all, Some(500)).ceiling, 2);
        assert_eq!(want(Some(4000)), Some(2));
        assert_eq!(want(Some(0)), None);
        assert_eq!(for_tile(&[], None), Choice::default());
    }

    #[test]
    fn what_does_not_flow_is_not_waited_for() {
        let low = layers([true, false, false], [180, 0, 0]);
        assert_eq!(for_tile(&low, None), Choice { want: Some(0), ceiling: 2 });
        assert_eq!(for_tile(&low, Some(300)), Choice { want: Some(0), ceiling: 1 });
        assert_eq!(for_tile(&layers([false, false, true], [180, 360, 720]), Some(100)).want, Some(2));
        assert_eq!(for_tile(&layers([false; 3], [0; 3]), None).want, Some(0));
    }

    #[test]
    fn the_record_takes_the_highest_steady_layer_and_leaves_none_that_still_flows_for_a_lower() {
        let mut all = layers([true, true, false], [180, 360, 720]);
        assert_eq!(for_record(&all, None).want, Some(1));
        all[2] = LayerView { flowing: true, steady: false, height: 720 };
        assert_eq!(for_record(&all, Some(1)).want, Some(1));
        assert_eq!(for_record(&all, Some(2)).want, Some(2));
        all[2].steady = true;
        assert_eq!(for_record(&all, Some(1)).want, Some(2));
        all[2].flowing = false;
        all[2].steady = false;
        assert_eq!(for_record(&all, Some(2)).want, Some(1));
    }
}
