// Generated from src/core. Do not edit: see src/core/tests/typescript.rs.

/**
 * Acts a screen may offer.
 */
export type Act = "admit" | "mute" | "mute_lock" | "remove" | "open" | "hold" | "pause" | "resume" | "close" | "suspend" | "postpone" | "take_note" | "set_microphone" | "signal" | "answer_signal" | "roll_call" | "name_speaker" | "advance" | "read_prompt" | "give_floor" | "take_floor" | "raise_hand" | "lower_hands" | "mute_all" | "dismiss" | "technical_line" | "deliberate" | "allow_consultation" | "hand_in" | "submit_exhibit" | "rule_exhibit" | "present" | "allow_presenting" | "speak_on" | "listen" | "message" | "take_task" | "set_layout" | "note";

/**
 * Told to everybody; the reason, to those in the courtroom.
 */
export type AdjournedView = { reason: string, 
/**
 * UTC milliseconds of the decision.
 */
at_ms: number, 
/**
 * UTC milliseconds of the continuation; none: it will be appointed.
 */
until_ms: number | null, };

/**
 * What a time limit counts from.
 */
export type Anchor = { "step": string } | "hearing" | "suspension";

/**
 * What the court answered, or the person themselves.
 */
export type Answer = "works_again" | "granted" | "not_now" | "withdrawn";

export type AnswerView = { answer: Answer, text: string | null, 
/**
 * UTC milliseconds.
 */
at_ms: number, };

/**
 * A provision of law, as it is cited.
 */
export type Article = { vi: string, en: string, read: Reading, };

export type CallView = { seat: SeatId, kind: RoomKind, };

/**
 * One section of the view, replaced whole.
 */
export type Change = { "section": "hearing", "value": HearingView } | { "section": "session", "value": SessionView } | { "section": "me", "value": SeatView } | { "section": "seats", "value": Array<SeatView> } | { "section": "tracks", "value": Array<TrackId> } | { "section": "heard_by", "value": Array<SeatId> } | { "section": "seen_by", "value": Array<SeatId> } | { "section": "signals", "value": Array<SignalView> } | { "section": "charges", "value": Array<PersonView> } | { "section": "reports", "value": Array<ReportView> } | { "section": "acts", "value": Array<Act> } | { "section": "procedure", "value": Procedure } | { "section": "rooms", "value": RoomsView } | { "section": "exhibits", "value": ExhibitsView } | { "section": "shown", "value": ShownView | null } | { "section": "messages", "value": Array<MessageView> } | { "section": "tasks", "value": Array<TaskView> } | { "section": "minutes", "value": number | null };

/**
 * What a voice is on, and what a seat listens to.
 */
export type Channel = "floor" | "interpretation";

/**
 * From client to server. A field that is not known is refused.
 */
export type ClientMessage = { "type": "hello", ticket: string, } | { "type": "resume", token: string, last: number, } | { "type": "command", id: number, command: Command, } | { "type": "up_offer", id: number, sdp: string, tracks: Array<MidDevice>, 
/**
 * The frames of this transport are encrypted between the members of a private room.
 */
sealed: boolean, } | { "type": "down_answer", offer: number, sdp: string, } | { "type": "receive", 
/**
 * What arrives is decrypted: nothing that is in the clear is led there, and nothing encrypted anywhere else.
 */
sealed: boolean, } | { "type": "restart_down", } | { "type": "tiles", tiles: Array<Tile>, } | { "type": "perceived", tracks: Array<TrackId>, hidden: boolean, } | { "type": "ping", client_ms: number, } | { "type": "sealed", to: SeatId, data: string, } | { "type": "bye", };

/**
 * Commands of seats and of the system.
 */
export type Command = { "type": "admit", seat: SeatId, } | { "type": "mute", seat: SeatId, } | { "type": "unmute", seat: SeatId, } | { "type": "mute_lock", seat: SeatId, } | { "type": "unlock", seat: SeatId, } | { "type": "remove", seat: SeatId, reason: string, } | { "type": "open", record: boolean, reason: string | null, } | { "type": "hold", reason: string, } | { "type": "pause", reason: string, } | { "type": "resume", reason: string | null, } | { "type": "close", } | { "type": "suspend", reason: string, frozen_ms: number, until_ms: number | null, } | { "type": "postpone", reason: string, until_ms: number | null, } | { "type": "take_note", } | { "type": "set_microphone", open: boolean, } | { "type": "publish", devices: Array<DeviceKind>, } | { "type": "unpublish", devices: Array<DeviceKind>, } | { "type": "report_playback", blocked: boolean, } | { "type": "signal", kind: SignalKind, person: PersonId | null, } | { "type": "name_signal", signal: SignalId, person: PersonId, } | { "type": "withdraw_signal", signal: SignalId, } | { "type": "answer_signal", signal: SignalId, answer: Answer, text: string | null, } | { "type": "report_presence", person: PersonId, present: boolean, note: string | null, } | { "type": "check_identity", person: PersonId, identity: Identity, method: IdentityMethod, note: string | null, } | { "type": "name_speaker", seat: SeatId, person: PersonId | null, } | { "type": "advance", phase: PhaseId, reason: string | null, } | { "type": "read_prompt", prompt: PromptId, } | { "type": "give_floor", seat: SeatId, } | { "type": "take_floor", } | { "type": "raise_hand", raised: boolean, } | { "type": "lower_hands", } | { "type": "mute_all", lock: boolean, } | { "type": "dismiss", seat: SeatId, stays: boolean, } | { "type": "consult", with: Array<SeatId>, } | { "type": "technical_line", seat: SeatId, } | { "type": "accept_consultation", from: SeatId, } | { "type": "decline_consultation", from: SeatId, } | { "type": "lock_room", locked: boolean, } | { "type": "leave_room", } | { "type": "deliberate", } | { "type": "end_deliberation", } | { "type": "allow_consultation", seat: SeatId, allowed: boolean, } | { "type": "set_encryption", key: PublicKey | null, sends: boolean, } | { "type": "submit_exhibit", exhibit: ExhibitId, } | { "type": "rule_exhibit", exhibit: ExhibitId, admit: boolean, reason: string | null, } | { "type": "show_exhibit", exhibit: ExhibitId, to: Array<SeatId> | null, observers: boolean, page: number | null, } | { "type": "turn_exhibit", page: number, } | { "type": "point_exhibit", spot: Spot | null, } | { "type": "play_exhibit", playing: boolean, at_ms: number | null, } | { "type": "stop_exhibit", } | { "type": "allow_presenting", seat: SeatId, allowed: boolean, } | { "type": "speak_on", channel: Channel, } | { "type": "listen", seat: SeatId | null, channel: Channel, } | { "type": "message", to: SeatId | null, text: string, } | { "type": "take_task", task: Task, taken: boolean, } | { "type": "set_layout", layout: Layout | null, } | { "type": "note", text: string, ago_ms: number, } | { "type": "correct_note", note: NoteId, text: string, };

/**
 * A device's live link; a new one for each time it connects.
 */
export type ConnectionId = string;

/**
 * What was found of a point. `None`: there was nothing to see or hear, or nobody who could say.
 */
export type Continuity = { 
/**
 * At least one picture moves there.
 */
sees: boolean | null, 
/**
 * At least one of the voices that are sent there is played.
 */
hears: boolean | null, 
/**
 * Somebody elsewhere, of the court if it listens, plays what is said there.
 */
heard: boolean | null, };

export type ContinuityView = { found: Continuity, 
/**
 * UTC milliseconds; none while it is whole.
 */
broken_since_ms: number | null, };

export type Counts = "before" | "after";

export type Court = { id: CourtId, name: string, 
/**
 * IANA name; a day is a day in this zone.
 */
zone: string, };

/**
 * The owner of hearings, staff and points.
 */
export type CourtId = string;

/**
 * A statement that must be confirmed before a case may be heard online.
 */
export type Criterion = { id: string, text: Wording, 
/**
 * Names a class of cases that is barred; without it, an assessment.
 */
bars: boolean, draft: boolean, article: Article | null, };

/**
 * What a published track is taken from. An offer names one for each media section.
 */
export type DeviceKind = "microphone" | "camera1" | "camera2" | "camera3" | "camera4" | "document" | "screen" | "interpretation" | "played" | "played_sound";

/**
 * What is kept of a file besides its bytes.
 */
export type ExhibitFile = { sha256: FileHash, bytes: number, media_type: MediaType, 
/**
 * Of a picture 1; of a document as far as somebody counted.
 */
pages?: number | null, 
/**
 * Of what is played: as far as the file says it plainly.
 */
length_ms?: number | null, };

/**
 * An exhibit of a hearing by its receipt number, counted from 1.
 */
export type ExhibitId = number;

export type ExhibitView = { 
/**
 * The receipt number.
 */
id: ExhibitId, title: string, file: ExhibitFile, seat: SeatId, person: PersonId | null, 
/**
 * Name of that person, and of the point.
 */
name: string | null, point: string | null, 
/**
 * UTC milliseconds of the receipt.
 */
at_ms: number, standing: Standing, reason: string | null, 
/**
 * When it was shown.
 */
shown: Array<ShownTime>, 
/**
 * The parts of a recording that were played.
 */
played: Array<PartView>, };

/**
 * What a viewer knows of exhibits, the one that is shown apart.
 */
export type ExhibitsView = { list: Array<ExhibitView>, 
/**
 * The viewer may show what they handed in, once it is admitted.
 */
presents: boolean, 
/**
 * For the court: the seats with leave to present.
 */
presenters: Array<SeatId>, };

/**
 * For the court while the session is held: the point whose line failed.
 */
export type FaultView = { name: string, 
/**
 * UTC milliseconds.
 */
since_ms: number, };

/**
 * SHA-256 of a file: 64 digits, a to f in small letters, and so a safe part of a path.
 */
export type FileHash = string;

/**
 * Whose finding something is.
 */
export type FindingView = { by: SeatId | null, 
/**
 * UTC milliseconds.
 */
at_ms: number, };

/**
 * Who must be in the courtroom for the session to open. The judge may open without them with a reason.
 */
export type Gate = { present: Array<Role>, 
/**
 * Only if the plan has somebody in the role.
 */
if_planned: Array<Role>, article: Article | null, };

export type HandView = { seat: SeatId, 
/**
 * UTC milliseconds.
 */
since_ms: number, };

/**
 * What of a track was read back and listened to. Times are UTC milliseconds.
 */
export type HeardTrack = { track: TrackId, level: ReadLevel, 
/**
 * Up to when it was listened to; none before the first time.
 */
up_to_ms: number | null, 
/**
 * The loudest of the last piece of sound, in dBFS.
 */
peak_db: number | null, 
/**
 * The last picture that was decoded.
 */
picture_ms: number | null, };

/**
 * One proceeding.
 */
export type HearingId = string;

export type HearingView = { id: HearingId, court: string, 
/**
 * IANA name of the court's time zone.
 */
zone: string, case: string, title: string, starts: string, 
/**
 * No real hearing: every screen says so.
 */
rehearsal: boolean, };

export type HoldCause = { "type": "pressed", reason: string, } | { "type": "restart" } | { "type": "recorder_fault", detail: string, } | { "type": "ledger_fault" } | { "type": "media_fault" } | { "type": "continuity", point: PointId, name: string, continuity: Continuity, };

/**
 * A relay for media, as a browser's `RTCIceServer` names it.
 */
export type IceServer = { urls: Array<string>, username: string, credential: string, };

/**
 * What the check of a person's papers gave.
 */
export type Identity = "right" | "not_sure" | "wrong";

/**
 * What the person was compared with.
 */
export type IdentityMethod = "papers" | "population_database" | "authority" | "known";

/**
 * What the presiding judge sets for every screen. Seats keep their places in all of them.
 */
export type Layout = { "layout": "grid", } | { "layout": "speaker", } | { "layout": "spotlight", seat: SeatId, };

/**
 * One media section of the *down* transport.
 */
export type Leg = { mid: string, 
/**
 * `None`: the section is free.
 */
track: TrackId | null, };

export type Limits = { 
/**
 * Most component points.
 */
component_points: number, 
/**
 * Seconds without sight and sound at a point before the session holds itself (ruling 11).
 */
continuity_s: number, 
/**
 * Seconds that a camera or microphone may be off before the clerk is told.
 */
device_off_s: number, 
/**
 * Seconds by which observers see and hear later, at most [`MAX_OBSERVER_DELAY_S`]; 0: at once.
 */
observer_delay_s: number, 
/**
 * Days for which a hearing may be suspended.
 */
suspension_days: number, };

/**
 * The kinds of file that are taken: what they say can be drawn or played, and nothing in them is ever run.
 */
export type MediaType = "pdf" | "jpeg" | "png" | "webp" | "mp4" | "m4a" | "webm" | "matroska" | "ogg" | "wav" | "mp3" | "flac";

export type MemberKey = { seat: SeatId, key: PublicKey, };

/**
 * A message of a hearing, counted from 1.
 */
export type MessageId = number;

export type MessageView = { id: MessageId, from: SeatId, 
/**
 * None: to the clerk.
 */
to: SeatId | null, text: string, 
/**
 * UTC milliseconds.
 */
at_ms: number, };

export type MidDevice = { mid: string, device: DeviceKind, };

/**
 * Who took part reads the minutes after the hearing, and asks for changes.
 */
export type MinutesRule = { 
/**
 * Hours from the close of the sitting, in which that can be done here.
 */
read_hours: number, 
/**
 * Of the paper: what stands beside the court's name, a line for each line, and what it is.
 */
heading: Wording, title: Wording, article: Article | null, };

export type MissedView = { 
/**
 * UTC milliseconds.
 */
from_ms: number, to_ms: number, 
/**
 * It may be seen from the record.
 */
leave: boolean, };

/**
 * A note of the clerk's, counted from 1 in a sitting.
 */
export type NoteId = number;

/**
 * An officer has taken note.
 */
export type NotedView = { seat: SeatId, 
/**
 * UTC milliseconds.
 */
at_ms: number, };

/**
 * A device that should be on and is not (Joint circular 05/2021: camera and microphone always on).
 */
export type Off = "camera" | "microphone";

/**
 * From where to where in the file, in milliseconds, without an end as long as it plays; and when that began, in UTC
 * milliseconds.
 */
export type PartView = { from_ms: number, to_ms: number | null, at_ms: number, };

export type Person = { id: PersonId, name: string, role: Role, 
/**
 * Where the person sits. `None`: a place of their own (an office, a home).
 */
point: PointId | null, 
/**
 * True if the person enters with a screen of their own (by code or account) and so has a seat of their own;
 * false if they are seen and heard through their point's devices.
 */
own_screen: boolean, 
/**
 * Staff account that may take this person's seat.
 */
account?: string, 
/**
 * With whom this person may speak in private: counsel and defendant, an interpreter and the one interpreted for.
 * It holds both ways, whoever of the two names the other.
 */
with?: Array<PersonId>, };

/**
 * What the sitting before found of a person: to be found again.
 */
export type PersonBefore = { present: boolean | null, identity: Identity | null, };

/**
 * Somebody named on the case file.
 */
export type PersonId = string;

export type PersonView = { 
/**
 * For the court, the officer of their point and the seat itself: to name them in a command.
 */
id: PersonId | null, name: string, role: Role, 
/**
 * For the court and the officer of their point: reported present or absent, and what the check of papers gave.
 */
present: boolean | null, identity: Identity | null, 
/**
 * For the same: what the sitting before found.
 */
before: PersonBefore | null, 
/**
 * Said to be the one who speaks, of several at one camera.
 */
speaking: boolean, };

/**
 * A step of the procedure.
 */
export type Phase = { id: PhaseId, name: Wording, 
/**
 * Roles that may speak without the floor. The court always may, but in a deliberation.
 */
speak: Array<Role>, prompts: Array<Prompt>, 
/**
 * The panel's deliberation: it is secret, and no sound leaves any microphone of the courtroom.
 */
deliberation: boolean, 
/**
 * Phases that may follow besides the next in order.
 */
also: Array<PhaseId>, 
/**
 * The hearing may end with it: the next in order does not follow from here.
 */
ends: boolean, article: Article | null, };

/**
 * Name of a phase within its procedure, for example `questioning`.
 */
export type PhaseId = string;

export type Plan = { hearing: HearingId, court: Court, 
/**
 * Case number as on the file, for example `45/2026/TLST-HS`.
 */
case: string, 
/**
 * What the case is about, for example `Trộm cắp tài sản`.
 */
title: string, 
/**
 * Name of a procedure file without its ending, for example `vn-criminal-first-instance`.
 */
procedure: string, 
/**
 * Planned start, RFC 3339 with offset.
 */
starts: string, points: Array<Point>, people: Array<Person>, 
/**
 * Who must not see or hear whom, or not learn their name.
 */
screens?: Array<Screen>, 
/**
 * A rehearsal with made-up parties, for training and acceptance: no hearing of a case, and never counted as one.
 */
rehearsal?: boolean, };

/**
 * How far a recording that is shown has come: at `position_ms` in the file since `since_ms` (UTC). While it plays, the time
 * since counts.
 */
export type PlayView = { playing: boolean, position_ms: number, since_ms: number, 
/**
 * Somebody's browser has opened it and sends it.
 */
ready: boolean, 
/**
 * It is played out of the viewer's browser.
 */
mine: boolean, 
/**
 * Then: whether it sounds there too, because no other device of the room sounds for it.
 */
sounds: boolean, };

export type Point = { id: PointId, name: string, kind: PointKind, 
/**
 * Where it is, as far as somebody said: hearings across provinces are counted by it.
 */
province?: string, };

/**
 * A lasting place with enrolled devices.
 */
export type PointId = string;

/**
 * Resolution 33/2021/QH15 Art. 1: the central point is the courtroom, the others are component points.
 */
export type PointKind = "central" | "detention" | "other_court" | "accepted_place" | "observer";

/**
 * Whether somebody is at a seat, and if not, why.
 */
export type Presence = "not_come" | "here" | "lost" | "left";

export type PrivateView = { kind: RoomKind, 
/**
 * The seats in it, the viewer's own among them.
 */
seats: Array<SeatId>, 
/**
 * Everybody there: also those who sit at a point that is out of the courtroom with it, with a screen of their own or
 * without.
 */
people: Array<PersonView>, locked: boolean, 
/**
 * Frames are encrypted between the members: every client has said that it can.
 */
encrypted: boolean, 
/**
 * The public keys of the members' clients, the viewer's own among them.
 */
keys: Array<MemberKey>, 
/**
 * The court is in session and has not allowed this talk: the members are expected back.
 */
recalled: boolean, 
/**
 * A microphone that the court hears is open where a member sits, which happens in the courtroom only.
 */
overheard: boolean, };

/**
 * A procedure file as read.
 */
export type Procedure = { 
/**
 * The name of its file without the ending.
 */
id: string, 
/**
 * No jurist has read all of it yet (ruling 15).
 */
draft: boolean, name: Wording, 
/**
 * The law it rests on.
 */
law: Array<Article>, 
/**
 * What this procedure calls the states of a session.
 */
states: { [key in SessionState]?: Wording }, roles: { [key in Role]?: RoleRule }, 
/**
 * In their order. None: the hearing has no phases, and everybody admitted may speak.
 */
phases: Array<Phase>, gate: Gate, limits: Limits, 
/**
 * What is done before the hearing, or after it, with its time limits.
 */
steps: Array<Step>, 
/**
 * What a plan has to do during and after the hearing, unless the clerk writes otherwise.
 */
tasks: Tasks, 
/**
 * What must be true of a case before it may be heard so.
 */
eligibility: Array<Criterion>, 
/**
 * Absent: nobody but the court reads the minutes here.
 */
minutes?: MinutesRule, texts: Texts, };

/**
 * What the judge reads to those present.
 */
export type Prompt = { id: PromptId, text: Wording, 
/**
 * The phase does not end before it was read, unless the judge gives a reason.
 */
required: boolean, draft: boolean, article: Article | null, };

/**
 * Name of a prompt, the only one of this name in its procedure.
 */
export type PromptId = string;

export type PromptRead = { prompt: PromptId, 
/**
 * UTC milliseconds.
 */
at_ms: number, };

/**
 * A P-256 point as WebCrypto's `raw` format has it (SEC 1, 2.3.3: `0x04`, x, y; 65 bytes), in base64url without padding.
 * The server cannot use it: it only looks whether it could be one.
 */
export type PublicKey = string;

/**
 * What was found in the record of a track.
 */
export type ReadLevel = "awaited" | "good" | "silent" | "clipped" | "missing" | "late" | "unheard";

/**
 * How well a provision is known to whoever wrote the file.
 */
export type Reading = "text" | "summary" | "memory";

export type Refusal = { "code": "not_your_act" } | { "code": "not_now", state: SessionState, } | { "code": "not_admitted" } | { "code": "no_such_seat" } | { "code": "no_such_person" } | { "code": "no_such_point" } | { "code": "no_such_signal" } | { "code": "sits_at_point" } | { "code": "seat_taken" } | { "code": "seat_moved" } | { "code": "removed_by_court" } | { "code": "revoked" } | { "code": "microphone_locked" } | { "code": "already_so" } | { "code": "reason_missing" } | { "code": "too_much", limit: number, } | { "code": "over" } | { "code": "adjourned", until_ms: number | null, } | { "code": "continuation_past" } | { "code": "cannot_record", detail: string, ledger: boolean, } | { "code": "ledger_fault" } | { "code": "media_fault" } | { "code": "bad_sdp", detail: string, } | { "code": "bad_message", detail: string, } | { "code": "bad_ticket" } | { "code": "bad_resume" } | { "code": "too_often" } | { "code": "roles_missing", roles: Array<Role>, } | { "code": "prompts_unread", prompts: Array<PromptId>, } | { "code": "no_such_phase" } | { "code": "phase_out_of_order" } | { "code": "no_such_prompt" } | { "code": "only_receives" } | { "code": "deliberating" } | { "code": "not_a_witness" } | { "code": "dismissed" } | { "code": "not_bound" } | { "code": "not_reachable" } | { "code": "needs_leave" } | { "code": "room_locked" } | { "code": "no_call" } | { "code": "no_such_exhibit" } | { "code": "exhibit_not_submitted" } | { "code": "exhibit_not_admitted" } | { "code": "not_presenting" } | { "code": "nothing_shown" } | { "code": "nothing_to_play" } | { "code": "no_such_note" } | { "code": "nothing_written" } | { "code": "no_such_page" } | { "code": "not_at_this_point" } | { "code": "not_read_here" } | { "code": "not_present" } | { "code": "not_typed_here" } | { "code": "too_much_evidence", limit: number, };

/**
 * Where the findings on one person come from; the findings themselves stand with the person.
 */
export type ReportView = { person: PersonId, presence: FindingView | null, identity: FindingView | null, 
/**
 * How the identity was checked.
 */
method: IdentityMethod | null, };

/**
 * Roles in court.
 */
export type Role = "presiding_judge" | "panel_member" | "clerk" | "prosecutor" | "counsel" | "defendant" | "party" | "witness" | "interpreter" | "point_officer" | "observer";

export type RoleRule = { name: Wording, 
/**
 * Where the role waits until it is called in: `waiting` or `witness_waiting`.
 */
waits: Room, 
/**
 * Whether a kiosk elsewhere may show the names of people in this role (ruling 12).
 */
on_kiosks: boolean, };

export type Room = "courtroom" | "waiting" | "witness_waiting";

export type RoomKind = "consultation" | "technical" | "deliberation";

export type RoomView = { kind: RoomKind, seats: Array<SeatId>, 
/**
 * Seats that are in no private room and send nothing all the same, since a member sits where they are.
 */
silenced: Array<SeatId>, };

export type RoomsView = { 
/**
 * The room that the viewer is in.
 */
mine: PrivateView | null, 
/**
 * Who asks the viewer to a private room.
 */
incoming: Array<CallView>, 
/**
 * Whom the viewer has asked.
 */
outgoing: Array<SeatId>, 
/**
 * Whom the viewer may ask now, to a new room or to the one they are in.
 */
may_ask: Array<SeatId>, 
/**
 * In session: the presiding judge allowed the viewer to begin a private talk.
 */
allowed: boolean, 
/**
 * For the court: the other private rooms there are, and who is in them.
 */
others: Array<RoomView>, 
/**
 * For the court: how many observers watch now.
 */
observers: number, 
/**
 * For the court: the seats with leave to begin a private talk.
 */
may_withdraw: Array<SeatId>, };

/**
 * An order that some people are withheld from others: from people, with everybody else at their point (the sound of a
 * room is heard by all in it), from points, or from all observers. The record has them in full.
 */
export type Screen = { 
/**
 * Who is withheld.
 */
of: Array<PersonId>, people: Array<PersonId>, points: Array<PointId>, observers: boolean, 
/**
 * What of them is: cameras and shared screens, microphones, the name.
 */
picture: boolean, voice: boolean, name: boolean, };

/**
 * A fixed place in a hearing's order: a person with a screen of their own, a device of a point, or an observer.
 * Seats never change their number; who returns gets the same seat.
 */
export type SeatId = number;

/**
 * How the line of a seat is, by the packets of the last seconds. None: nothing is known.
 */
export type SeatLine = { seat: SeatId, 
/**
 * Of a thousand packets from the seat, those that did not come at once; most are sent again.
 */
lost_from: number | null, 
/**
 * The same on the way to it.
 */
lost_to: number | null, 
/**
 * There and back, milliseconds.
 */
trip_ms: number | null, 
/**
 * Pictures that stand still there, since the line has no room for them.
 */
still: number, };

export type SeatView = { seat: SeatId, 
/**
 * Name of the point, for a point's device or a person who sits at one.
 */
point: string | null, point_kind: PointKind | null, 
/**
 * The people seen and heard through this seat, role above name.
 */
people: Array<PersonView>, 
/**
 * One person's own screen, and no device that a room shares.
 */
own_screen: boolean, room: Room, connected: boolean, 
/**
 * The same with the reason why nobody is there. Outside the courtroom only whether they are.
 */
presence: Presence, microphone_open: boolean, muted: boolean, locked: boolean, devices: Array<DeviceKind>, 
/**
 * For the court only: the seat's browser refuses to play sound.
 */
playback_blocked: boolean, 
/**
 * For the court only: somebody tried to enter in this seat's name from elsewhere.
 */
second_use: boolean, 
/**
 * For the court and the seat itself: removed by the court; may enter again once admitted anew.
 */
removed: boolean, 
/**
 * In the courtroom, and heard in this phase if the microphone is open: by role or by having the floor.
 */
may_speak: boolean, 
/**
 * Something of this seat is withheld from the viewer by order of the court.
 */
withheld: boolean, 
/**
 * For the court only: an order withholds somebody at this seat from others.
 */
protected: boolean, 
/**
 * The channel that the seat's microphone is on, and for the court and the seat itself what it hears.
 */
speaks_on: Channel, listens: Channel, 
/**
 * Of an interpreter: the seat of whom they interpret for, beside whom they are shown.
 */
beside: SeatId | null, 
/**
 * For the court: whether the seat's point sees, hears and is heard; none while nothing was measured.
 */
continuity: ContinuityView | null, 
/**
 * For the court: devices that have been off for longer than they may be.
 */
off: Array<Off>, 
/**
 * For the court and the seat itself: what it missed in session while its line was broken.
 */
missed: Array<MissedView>, };

/**
 * From server to client.
 */
export type ServerMessage = { "type": "welcome", connection: ConnectionId, 
/**
 * Rotated at every connection; bound to the seat; survives a restart of the server.
 */
resume: string, 
/**
 * Number of the snapshot: the next event is `n + 1`.
 */
n: number, server_ms: number, view: View, } | { "type": "resumed", connection: ConnectionId, resume: string, server_ms: number, } | { "type": "event", n: number, utc_ms: number, changes: Array<Change>, } | { "type": "done", id: number, } | { "type": "refused", id: number, refusal: Refusal, } | { "type": "up_answer", id: number, sdp: string, } | { "type": "down_offer", offer: number, sdp: string | null, legs: Array<Leg>, } | { "type": "ice_servers", servers: Array<IceServer>, expires_ms: number, } | { "type": "transport_lost", transport: Transport, } | { "type": "narrow", tracks: Array<TrackId>, } | { "type": "layers", device: DeviceKind, rids: Array<string>, } | { "type": "levels", seats: Array<SeatId>, } | { "type": "recorder", read_back_ms: number | null, fault: boolean, disk_seconds_left: number | null, 
/**
 * Less room than a session needs to begin or to go on: it would be refused with `cannot_record`.
 */
disk_too_small: boolean, 
/**
 * Checkpoints cannot be copied to a second place.
 */
copies_fail: boolean, 
/**
 * What of it cannot be written now.
 */
faulty: Array<TrackId>, 
/**
 * What is to be recorded now, as it was heard and seen in what was read back.
 */
heard: Array<HeardTrack>, } | { "type": "lines", seats: Array<SeatLine>, } | { "type": "pong", client_ms: number, server_ms: number, } | { "type": "sealed", from: SeatId, data: string, } | { "type": "bye", refusal: Refusal | null, };

/**
 * States of a session. To *open* is the judge's act from waiting to in session.
 */
export type SessionState = "scheduled" | "waiting" | "in_session" | "held" | "paused" | "suspended" | "postponed" | "closed";

export type SessionView = { state: SessionState, 
/**
 * True while in session, recording is on, and everything that is said is being written.
 */
recording: boolean, hold: HoldCause | null, 
/**
 * UTC milliseconds of the last opening or resumption, while in session.
 */
in_session_since_ms: number | null, 
/**
 * Milliseconds in session before that.
 */
in_session_before_ms: number, 
/**
 * UTC milliseconds of the close.
 */
closed_ms: number | null, 
/**
 * Suspended or postponed, and until when.
 */
adjourned: AdjournedView | null, 
/**
 * The sitting that this one continues, for example `01`.
 */
continues: string | null, 
/**
 * Which officers have taken note: for the court, and for each of their own.
 */
noted: Array<NotedView>, fault: FaultView | null, 
/**
 * The phase of the procedure, and UTC milliseconds of its beginning.
 */
phase: PhaseId | null, phase_since_ms: number | null, 
/**
 * The phases that there have been before. Some may be left out, and some come again.
 */
past_phases: Array<PhaseId>, 
/**
 * Who has the floor, and UTC milliseconds since when. Not for those outside.
 */
floor: SeatId | null, floor_since_ms: number | null, 
/**
 * Who asks to speak, in the order of asking: for court and parties; a point's device is told of its own.
 */
hands: Array<HandView>, 
/**
 * For court and parties.
 */
prompts_read: Array<PromptRead>, 
/**
 * For the court before the opening: roles that must be in the courtroom and are not.
 */
missing: Array<Role>, 
/**
 * What the presiding judge set for every screen; none: each chooses. Not for those outside.
 */
layout: Layout | null, };

/**
 * UTC milliseconds; without an end it is shown now.
 */
export type ShownTime = { from_ms: number, to_ms: number | null, };

/**
 * The page before the viewer, or the recording.
 */
export type ShownView = { id: ExhibitId, title: string, file: ExhibitFile, page: number, pointer: Spot | null, 
/**
 * Of a recording.
 */
play: PlayView | null, 
/**
 * For the court: to whom, none being everybody who takes part; and whether observers see it.
 */
to: Array<SeatId> | null, observers: boolean, 
/**
 * The viewer may turn its pages, point at something, and end the showing.
 */
presents: boolean, };

/**
 * A signal of a hearing, counted from 1.
 */
export type SignalId = number;

export type SignalKind = "cannot_hear" | "cannot_see" | "want_lawyer" | "hear_again" | "call_officer" | "see_missed";

export type SignalView = { id: SignalId, seat: SeatId, person: PersonId | null, kind: SignalKind, 
/**
 * UTC milliseconds.
 */
since_ms: number, answer: AnswerView | null, };

/**
 * A place on a page, in ten-thousandths of its width and height from the upper left corner.
 */
export type Spot = { x: number, y: number, };

/**
 * What has become of an exhibit.
 */
export type Standing = "received" | "submitted" | "admitted" | "refused";

/**
 * Something that is done on a day that the clerk writes down.
 */
export type Step = { id: string, name: Wording, 
/**
 * `None`: a day that others count from.
 */
limit: TimeLimit | null, 
/**
 * Only for hearings with a point of this kind.
 */
only: PointKind | null, draft: boolean, article: Article | null, };

export type Task = { "what": "signal", signal: SignalId, } | { "what": "exhibit", exhibit: ExhibitId, } | { "what": "seat", seat: SeatId, trouble: Trouble, };

export type TaskView = { task: Task, by: SeatId, 
/**
 * UTC milliseconds.
 */
at_ms: number, };

export type Tasks = { during: Array<Wording>, after: Array<Wording>, };

/**
 * A text with places to fill in, written `{case}`.
 */
export type Template = { vi: string, en: string, draft: boolean, };

export type Texts = { 
/**
 * Rules of the hearing, one a line.
 */
rules: Template, 
/**
 * What a participant accepts before entering.
 */
declaration: Template, 
/**
 * Drafts of the decisions to suspend and to postpone.
 */
suspension: Template, postponement: Template, 
/**
 * Phrases of the certificate of completeness.
 */
certificate_title: Template, certificate_complete: Template, certificate_gaps: Template, certificate_signature: Template, };

export type Tile = { track: TrackId, height: number, };

/**
 * A time limit of the law, in whole days of the court's calendar.
 */
export type TimeLimit = { days: number, 
/**
 * In the summary procedure; `None`: no limit there.
 */
summary_days: number | null, counts: Counts, from: Anchor, };

/**
 * One media source of a hearing. Written `03-microphone`, which is also the name of its folder in the record:
 * the same device of the same seat is the same track after every reconnection and restart.
 */
export type TrackId = string;

/**
 * The two media transports of a client.
 */
export type Transport = "up" | "down";

export type Trouble = "continuity" | "playback" | "camera" | "microphone" | "line" | "record";

/**
 * What one seat may know of its hearing. The client holds exactly one and replaces its sections as changes come.
 */
export type View = { hearing: HearingView, session: SessionView, 
/**
 * The viewer's own seat.
 */
me: SeatView, 
/**
 * The other seats the viewer may know of, in the hearing's fixed order.
 */
seats: Array<SeatView>, 
/**
 * Tracks that are routed to the viewer now.
 */
tracks: Array<TrackId>, 
/**
 * Seats that can hear the viewer now, and seats that can see them: *who hears and sees you now*. A screen that takes
 * no sound and picture is none of them.
 */
heard_by: Array<SeatId>, seen_by: Array<SeatId>, 
/**
 * What people said by a button: to the court, and to those in the room it came from.
 */
signals: Array<SignalView>, 
/**
 * Of an officer with a screen of their own: those at the officer's point, to report on.
 */
charges: Array<PersonView>, 
/**
 * For the court: who reported each person's presence and checked who they are, and when.
 */
reports: Array<ReportView>, 
/**
 * Acts the viewer may do now, so that a screen need not guess; the server decides again when one is done.
 */
acts: Array<Act>, 
/**
 * The law it is held under. It never changes in a hearing, and is told with the snapshot; those outside the courtroom
 * and screens that a public reads get the names, the rules of the hearing and the declaration.
 */
procedure: Procedure, 
/**
 * Private rooms: the viewer's own, who asks for one, and for the court that others exist.
 */
rooms: RoomsView, 
/**
 * What was handed in: for the court all, for others their own.
 */
exhibits: ExhibitsView, 
/**
 * The exhibit that is shown to the viewer now.
 */
shown: ShownView | null, 
/**
 * Between the clerk and the viewer; for the clerk all.
 */
messages: Array<MessageView>, 
/**
 * For the court: what somebody has taken of what waits.
 */
tasks: Array<TaskView>, 
/**
 * For the court: how often the minutes have changed.
 */
minutes: number | null, };

/**
 * A text in both languages, Vietnamese first.
 */
export type Wording = { vi: string, en: string, };
