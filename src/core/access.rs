//! Who may do what, in which state. Default-deny: what has no row here is refused.
//!
//! Who a command may be aimed at (nobody mutes or removes the presiding judge) is `hearing::decide`'s.

use crate::hearing::{CommandKind, SessionState};
use crate::plan::Role;
use crate::refusal::Refusal;

/// Whether someone of `role` may give a command of this kind in this state.
///
/// # Errors
/// [`Refusal::NotYourAct`] if the role never may, [`Refusal::Over`] if it might but the hearing is closed,
/// [`Refusal::NotNow`] if not in this state.
pub fn decide(role: Role, state: SessionState, command: CommandKind) -> Result<(), Refusal> {
    let states = states(role, command);
    if states.is_empty() {
        Err(Refusal::NotYourAct)
    } else if states.contains(&state) {
        Ok(())
    } else if state == SessionState::Closed {
        Err(Refusal::Over)
    } else {
        Err(Refusal::NotNow { state })
    }
}

use SessionState::{Held, InSession, Paused, Postponed, Suspended, Waiting};

/// From the first arrival to the close.
const LIVE: &[SessionState] = &[Waiting, InSession, Held, Paused];
const NEVER: &[SessionState] = &[];

/// The states in which the role may give the command.
fn states(role: Role, command: CommandKind) -> &'static [SessionState] {
    match command {
        CommandKind::Admit | CommandKind::Mute | CommandKind::Unmute | CommandKind::MuteLock | CommandKind::Unlock => {
            match role {
                Role::PresidingJudge | Role::Clerk => LIVE,
                _ => NEVER,
            }
        }
        CommandKind::Remove => match role {
            Role::PresidingJudge => LIVE,
            Role::Clerk => &[Waiting],
            _ => NEVER,
        },
        CommandKind::Hold => match role {
            Role::PresidingJudge | Role::Clerk => &[InSession],
            _ => NEVER,
        },
        CommandKind::Open => presiding_judge(role, &[Waiting]),
        CommandKind::Pause => presiding_judge(role, &[InSession]),
        CommandKind::Resume => presiding_judge(role, &[Held, Paused]),
        CommandKind::Close => presiding_judge(role, LIVE),
        CommandKind::Suspend => presiding_judge(role, &[InSession, Held, Paused]),
        CommandKind::Postpone => presiding_judge(role, &[Waiting]),
        CommandKind::TakeNote => match role {
            Role::PointOfficer => &[Held, Paused, Suspended, Postponed],
            _ => NEVER,
        },
        CommandKind::SetMicrophone
        | CommandKind::Publish
        | CommandKind::Unpublish
        | CommandKind::Consult
        | CommandKind::SetEncryption
        | CommandKind::Signal
        | CommandKind::Listen
        | CommandKind::Message => match role {
            Role::Observer => NEVER,
            _ => LIVE,
        },
        CommandKind::ReportPlayback => LIVE,
        CommandKind::RollCall | CommandKind::NameSpeaker => match role {
            Role::PresidingJudge | Role::Clerk | Role::PointOfficer => LIVE,
            _ => NEVER,
        },
        CommandKind::Advance | CommandKind::ReadPrompt | CommandKind::GiveFloor | CommandKind::TakeFloor => {
            presiding_judge(role, &[InSession])
        }
        CommandKind::LowerHands | CommandKind::MuteAll | CommandKind::Dismiss | CommandKind::AnswerSignal => match role
        {
            Role::PresidingJudge | Role::Clerk => LIVE,
            _ => NEVER,
        },
        // Who gives the floor need not ask for it.
        CommandKind::RaiseHand => match role {
            Role::PresidingJudge | Role::Clerk | Role::Observer => NEVER,
            _ => LIVE,
        },
        // The clerk sees to the lines, and keeps the minutes.
        CommandKind::TechnicalLine | CommandKind::TakeTask | CommandKind::Note => match role {
            Role::Clerk => LIVE,
            _ => NEVER,
        },
        CommandKind::Deliberate => presiding_judge(role, &[Waiting, Held, Paused]),
        CommandKind::AllowConsultation => presiding_judge(role, &[InSession]),
        CommandKind::HandIn
        | CommandKind::SubmitExhibit
        | CommandKind::RuleExhibit
        | CommandKind::AllowPresenting
        | CommandKind::Present => with_evidence(role, command),
        CommandKind::SpeakOn => match role {
            Role::Interpreter => LIVE,
            _ => NEVER,
        },
        CommandKind::SetLayout => presiding_judge(role, LIVE),
        // Only the server itself says these.
        CommandKind::Enter | CommandKind::Leave | CommandKind::System => NEVER,
    }
}

/// The states in which the role may do something with a piece of evidence.
fn with_evidence(role: Role, command: CommandKind) -> &'static [SessionState] {
    match command {
        CommandKind::HandIn => match role {
            Role::Clerk | Role::Prosecutor | Role::Counsel | Role::Defendant | Role::Party | Role::PointOfficer => LIVE,
            _ => NEVER,
        },
        CommandKind::SubmitExhibit => match role {
            Role::Clerk => LIVE,
            _ => NEVER,
        },
        CommandKind::RuleExhibit | CommandKind::AllowPresenting => presiding_judge(role, &[InSession]),
        // Of those who are no court, whom the presiding judge gave leave.
        CommandKind::Present => match role {
            Role::Observer => NEVER,
            _ => &[InSession],
        },
        _ => NEVER,
    }
}

/// Whether somebody of the role who sits at a point reads the minutes after the close at the point's device: the parties and
/// who speaks for them (Civil Procedure Code Art. 236, Criminal Procedure Code Art. 258). The court reads at screens of its
/// own, for everybody in the room reaches this one; a witness is told no more than they saw, which a screen for many cannot
/// keep; interpreters, officers and observers ask for no change of what was said.
#[must_use]
pub fn reads_minutes_at_point(role: Role) -> bool {
    match role {
        Role::Prosecutor | Role::Counsel | Role::Defendant | Role::Party => true,
        Role::PresidingJudge
        | Role::PanelMember
        | Role::Clerk
        | Role::Witness
        | Role::Interpreter
        | Role::PointOfficer
        | Role::Observer => false,
    }
}

fn presiding_judge(role: Role, states: &'static [SessionState]) -> &'static [SessionState] {
    if role == Role::PresidingJudge { states } else { NEVER }
}
