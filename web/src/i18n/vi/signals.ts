//! Vietnamese: what people say to the court by a button, the roll call, and the officer's page.

import { figuresOf } from '../figures';
import type { Answer, Identity, IdentityMethod, SignalKind } from '../../protocol/generated/signal';

const n = figuresOf('vi-VN');

const kinds: Record<SignalKind, string> = {
  cannot_hear: 'Tôi không nghe được',
  cannot_see: 'Tôi không nhìn thấy',
  want_lawyer: 'Tôi muốn gặp luật sư',
  hear_again: 'Xin nghe lại',
  call_officer: 'Gọi cán bộ',
  see_missed: 'Xin xem lại phần đã lỡ',
};

/** What the court grants, as its screens offer it. */
const offers: Record<SignalKind, string> = {
  cannot_hear: 'Cho nói',
  cannot_see: 'Cho nói',
  want_lawyer: 'Cho gặp luật sư',
  hear_again: 'Cho nghe lại',
  call_officer: 'Đã báo cán bộ',
  see_missed: 'Cho xem lại',
};

/** What is over once it works again. */
const again: Partial<Record<SignalKind, string>> = { cannot_hear: 'Đã nghe lại', cannot_see: 'Đã thấy lại' };

const answers: Record<SignalKind, Record<Answer, string>> = {
  cannot_hear: { granted: 'Tòa án cho nói', works_again: 'Đã nghe lại', not_now: 'Tòa án để sau', withdrawn: 'Đã rút lại' },
  cannot_see: { granted: 'Tòa án cho nói', works_again: 'Đã thấy lại', not_now: 'Tòa án để sau', withdrawn: 'Đã rút lại' },
  want_lawyer: { granted: 'Cho gặp luật sư', works_again: 'Đã xử lý', not_now: 'Tòa án để sau', withdrawn: 'Đã rút lại' },
  hear_again: { granted: 'Cho nghe lại', works_again: 'Đã xử lý', not_now: 'Tòa án để sau', withdrawn: 'Đã rút lại' },
  call_officer: { granted: 'Đã báo cán bộ', works_again: 'Đã xử lý', not_now: 'Tòa án để sau', withdrawn: 'Đã rút lại' },
  see_missed: { granted: 'Tòa án cho xem lại', works_again: 'Đã xử lý', not_now: 'Chưa cho xem lại', withdrawn: 'Đã rút lại' },
};

const identities: Record<Identity, string> = { right: 'Đúng người', not_sure: 'Chưa chắc', wrong: 'Không đúng người' };

const methods: Record<IdentityMethod, string> = {
  papers: 'Đối chiếu giấy tờ có ảnh',
  population_database: 'Cơ sở dữ liệu quốc gia về dân cư',
  authority: 'Giấy ủy quyền, thẻ nghề nghiệp',
  known: 'Cán bộ hoặc Tòa án biết người này',
};

export const signals = {
  kinds,
  offers,
  again,
  answers,
  identities,
  methods,
  quoted: (text: string) => `“${text}”`,
  whose: (role: string, name: string) => `${role} ${name}`,
  unnamed: (place: string) => `${place}, chưa nêu tên`,
  letDefendantSpeak: 'Cho bị cáo nói',
  notNow: 'Để sau…',
  answerOf: (answer: string, who: string) => `${answer}: ${who}`,
  why: 'Vì sao để sau?',
  whyAct: 'Trả lời: để sau',
  ownReason: 'Lý do khác',
  /** The reasons at hand. They stand in the ledger in the court's language and are read in the reader's. */
  reasons: ['Sau khi người đang nói nói xong', 'Khi phiên tòa tạm nghỉ', 'Cán bộ điểm cầu đang xử lý'],
  courtKnows: 'Tòa án đã biết',
  waits: 'Chờ trả lời',
  sentShort: 'Đã gửi, chờ',
  answeredAfter: 'đã xử lý sau',
  answeredList: 'Đã trả lời',
  nameIt: (said: string) => `Ai báo “${said}”?`,
  goesAnyway: 'Tòa án đã nhận tín hiệu. Chạm vào tên để Tòa án biết là ai.',
  withdraw: 'Rút lại',
  own: 'Báo cho Tòa án',
  whoseIsIt: 'Của ai?',
  shut: 'Đóng',
  speaking: 'Đang nói',
  nameSpeaker: (name: string) => `Người đang nói: ${name}`,
  rollCall: {
    title: 'Điểm danh',
    open: (present: number, all: number) => `Điểm danh · ${n(present)}/${n(all)} có mặt`,
    summary: (present: number, absent: number, left: number) => `${n(present)} có mặt · ${n(absent)} vắng · ${n(left)} chưa báo`,
    person: 'Người',
    place: 'Nơi tham gia',
    presence: 'Có mặt',
    identity: 'Căn cước',
    present: 'Có mặt',
    absent: 'Vắng',
    presenceOf: (name: string) => `Có mặt hay vắng: ${name}`,
    own: 'Nơi riêng',
    notChecked: 'Chưa kiểm tra',
    check: 'Kiểm tra',
    checkOf: (name: string) => `Kiểm tra căn cước: ${name}`,
    result: 'Kết quả',
    method: 'Cách kiểm tra',
    confirm: 'Ghi kết quả',
    shut: 'Đóng',
  },
  officer: {
    title: 'Cán bộ điểm cầu',
    tabs: 'Việc của cán bộ điểm cầu',
    hearing: (time: string, number: string) => `Phiên tòa ${time} · ${number}`,
    presence: 'Có mặt',
    identity: 'Căn cước',
    signals: 'Tín hiệu',
    speaker: 'Đang nói',
    papers: 'Giấy tờ',
    whoIsHere: 'Ai có mặt tại phòng?',
    seenAtOnce: 'Thư ký thấy ngay khi bấm báo.',
    report: (present: number) => `Báo thư ký: ${n(present)} người có mặt`,
    notYet: (left: number) => `Còn ${n(left)} người chưa chọn.`,
    notReported: 'Chưa báo.',
    reported: 'Đã báo thư ký.',
    nth: (at: number, all: number) => `Kiểm tra căn cước · ${n(at)} trên ${n(all)} người`,
    known: (result: string) => `Đã báo: ${result}.`,
    notSure: 'Chưa chắc, nhờ thư ký hỏi',
    confirm: 'Xác nhận và sang người sau',
    before: 'Người trước',
    after: 'Người sau',
    nobody: 'Không có ai ở điểm cầu này để kiểm tra.',
    whatWaits: 'Phòng này đã báo gì?',
    nothing: 'Không có tín hiệu nào đang chờ.',
    whoSpeaks: 'Ai đang nói?',
    tapName: 'Chạm vào tên người đang nói. Mọi người thấy ngay.',
    noOne: 'Không ai trong phòng',
    onlyOne: 'Phòng này chỉ có một người trước camera: không cần nêu tên.',
    notIn: 'Nêu tên được khi phiên tòa đang diễn ra và Tòa án đã gọi phòng này và cán bộ vào.',
    removed: 'Tòa án đã cho rời phòng xử án. Gọi thư ký phiên tòa.',
  },
};
