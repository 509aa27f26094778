//! Which pages and plans a member of staff gets. What they may do in a hearing is decided by `assize_core::access` from
//! their role in court.

use crate::store::StaffRole;

/// Acts of staff outside a running hearing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StaffAct {
    /// See the court's hearings, points and colleagues.
    SeePlans,
    /// Make and change plans, give and take codes.
    Plan,
    /// Make points, enrol and revoke devices.
    Equip,
    /// Find, see and hear records.
    SeeRecords,
    /// Rule on changes of the minutes that are asked for.
    KeepMinutes,
    /// Enter a hearing of the court.
    Join,
    /// Figures of the court's hearings.
    SeeStatistics,
    /// Make rehearsals, and play their parties.
    Rehearse,
}

impl StaffAct {
    pub const ALL: [Self; 8] = [
        Self::SeePlans,
        Self::Plan,
        Self::Equip,
        Self::SeeRecords,
        Self::KeepMinutes,
        Self::Join,
        Self::SeeStatistics,
        Self::Rehearse,
    ];
}

/// Whether staff of this role may do this, in their own court.
#[must_use]
pub fn may(role: StaffRole, act: StaffAct) -> bool {
    match act {
        StaffAct::SeePlans | StaffAct::Join => true,
        StaffAct::Plan | StaffAct::SeeStatistics => {
            matches!(role, StaffRole::Administrator | StaffRole::Judge | StaffRole::Clerk)
        }
        StaffAct::Equip => matches!(role, StaffRole::Administrator | StaffRole::Clerk | StaffRole::Technician),
        // The judge is the one who learns.
        StaffAct::Rehearse => matches!(role, StaffRole::Administrator | StaffRole::Clerk),
        // Evidence is for those who try the case; running the machine gives no claim to it.
        StaffAct::SeeRecords | StaffAct::KeepMinutes => matches!(role, StaffRole::Judge | StaffRole::Clerk),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Written by hand: administrator, judge, clerk, technician.
    const TABLE: [(StaffAct, [bool; 4]); 8] = [
        (StaffAct::SeePlans, [true, true, true, true]),
        (StaffAct::Plan, [true, true, true, false]),
        (StaffAct::Equip, [true, false, true, true]),
        (StaffAct::SeeRecords, [false, true, true, false]),
        (StaffAct::KeepMinutes, [false, true, true, false]),
        (StaffAct::Join, [true, true, true, true]),
        (StaffAct::SeeStatistics, [true, true, true, false]),
        (StaffAct::Rehearse, [true, false, true, false]),
    ];

    #[test]
    fn the_whole_table() {
        for (act, expected) in TABLE {
            for (role, expected) in StaffRole::ALL.into_iter().zip(expected) {
                assert_eq!(may(role, act), expected, "{role:?} {act:?}");
            }
        }
        assert_eq!(TABLE.map(|(act, _)| act), StaffAct::ALL);
    }
}
