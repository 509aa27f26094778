//! Vietnamese: rehearsals, and the console that plays their parties.

import { figuresOf } from '../figures';

const n = figuresOf('vi-VN');

/** What one press does, how it ends, and what the court is to learn from it. */
export interface Lesson {
  readonly act: string;
  readonly end: string;
  readonly sees: string;
  readonly does: string;
}

const power: Omit<Lesson, 'sees' | 'does'> = { act: 'Mất điện', end: 'Có điện lại' };
const line: Omit<Lesson, 'sees' | 'does'> = { act: 'Cắt đường truyền', end: 'Nối lại' };

export const rehearsal = {
  band: 'DIỄN TẬP · không phải phiên tòa thật',
  badge: 'Diễn tập',
  make: 'Diễn tập',
  makeHow: 'Tạo một phiên tòa diễn tập theo kế hoạch này: cùng thủ tục, điểm cầu và vai trò; đương sự, bị cáo và những người khác của vụ án được thay bằng người giả định.',
  toConsole: 'Bàn diễn tập',
  title: 'Bàn diễn tập',
  lead: 'Trang này đóng vai mọi người không thuộc Tòa án. Mở trong cửa sổ riêng và để cửa sổ đó luôn hiện: cửa sổ bị che thì hình đứng lại.',
  notOne: 'Đây không phải phiên tòa diễn tập',
  notOneHow: 'Mở kế hoạch của phiên tòa rồi chọn “Diễn tập”.',
  notYours: 'Chỉ thư ký và quản trị điều khiển diễn tập',
  toPlan: 'Kế hoạch diễn tập',
  over: 'Phiên diễn tập đã kết thúc.',
  nobody: 'Kế hoạch này không có ai để đóng vai: mọi người đều vào bằng tài khoản.',
  cast: 'Người giả định',
  all: 'Cho tất cả vào',
  none: 'Cho tất cả ra',
  turns: 'Lần lượt nói',
  enter: 'Vào',
  leave: 'Ra',
  speak: 'Nói',
  quiet: 'Thôi nói',
  hand: 'Xin phát biểu',
  handDown: 'Thôi xin phát biểu',
  ofWhom: (act: string, who: string) => `${act}: ${who}`,
  states: {
    out: 'Chưa vào', joining: 'Đang vào', waiting: 'Chờ cho vào', in: 'Trong phòng xử án', line: 'Mất đường truyền', power: 'Mất điện', ended: 'Đã ra',
  },
  microphoneOff: 'Tòa án đã tắt micrô',
  picture: (who: string) => `Hình của ${who}`,
  acts: 'Việc của người này',
  faults: 'Sự cố',
  file: 'Hồ sơ',
  shows: 'Giấy tờ trước camera',
  paper: 'GIẤY TỜ DIỄN TẬP',
  stranger: 'Người lạ (diễn tập)',
  mark: 'Diễn tập',
  sees: 'Tòa án thấy',
  does: 'Cần làm',
  lessons: {
    linePoint: (seconds: number): Lesson => ({
      ...line,
      sees: `Hình đứng lại ngay. Trong khoảng 15 giây ô của điểm cầu báo mất kết nối; quá ${n(seconds)} giây thì phiên tòa tự dừng chờ.`,
      does: 'Không hỏi tiếp. Thư ký gọi cán bộ điểm cầu. Khi điểm cầu trở lại, chủ tọa bấm tiếp tục và nhắc lại điều vừa lỡ.',
    }),
    linePerson: (): Lesson => ({
      ...line,
      sees: 'Hình đứng lại ngay. Trong khoảng 15 giây ô của người này báo mất kết nối. Người không ngồi ở điểm cầu không làm phiên tòa tự dừng chờ.',
      does: 'Chủ tọa cho dừng chờ hoặc tạm nghỉ nếu việc xét xử cần người này. Thư ký gọi điện thoại cho họ.',
    }),
    powerPoint: (seconds: number): Lesson => ({
      ...power,
      sees: `Như mất đường truyền: quá ${n(seconds)} giây thì phiên tòa tự dừng chờ. Có điện lại, thiết bị đã đăng ký tự về chỗ.`,
      does: 'Thư ký gọi cán bộ điểm cầu. Khi điểm cầu trở lại, kiểm tra người ngồi đó vẫn là người cũ rồi chủ tọa bấm tiếp tục.',
    }),
    powerPerson: (): Lesson => ({
      ...power,
      sees: 'Như mất đường truyền. Có điện lại, máy vào bằng mã như một máy lạ: người này phải chờ ở ngoài, màn hình Tòa án báo mã được dùng từ nơi khác.',
      does: 'Thư ký hỏi lại để biết đúng là người đó rồi cho vào. Không cho vào khi chưa hỏi.',
    }),
    stranger: (): Lesson => ({
      act: 'Đổi người', end: 'Người đúng trở lại',
      sees: 'Giấy tờ trước camera có tên và số khác với hồ sơ. Máy không báo gì: chỉ người đối chiếu mới thấy.',
      does: 'Khi điểm danh, thư ký đối chiếu giấy tờ với hồ sơ, ghi “Không đúng người” và báo chủ tọa. Không xét xử với người này.',
    }),
    silent: (): Lesson => ({
      act: 'Micrô không có tiếng', end: 'Có tiếng lại',
      sees: 'Micrô báo mở, miệng cử động mà không nghe gì; không hiện dấu đang nói.',
      does: 'Chủ tọa hỏi thử từng người trước khi bắt đầu. Thư ký nhắc kiểm tra micrô; chưa nghe được thì chưa hỏi tiếp.',
    }),
    dark: (): Lesson => ({
      act: 'Camera tối', end: 'Sáng lại',
      sees: 'Hình đen, vẫn có tiếng. Camera vẫn gửi hình nên máy không báo lỗi.',
      does: 'Thư ký nhìn từng hình và nhắc mở nắp camera, bật đèn. Không hỏi người mà Tòa án không nhìn thấy.',
    }),
    hand: (): Lesson => ({
      act: 'Xin phát biểu', end: 'Thôi xin phát biểu',
      sees: 'Tên hiện trong danh sách xin phát biểu ở bàn xét xử.',
      does: 'Chủ tọa cho nói, hoặc để chờ đến lượt.',
    }),
    hear: (): Lesson => ({
      act: 'Tôi không nghe được', end: 'Rút lại',
      sees: 'Tín hiệu nổi lên ở bàn xét xử và bàn thư ký, và chờ trả lời.',
      does: 'Chủ tọa dừng người đang nói, trả lời tín hiệu và nhắc lại câu vừa nói.',
    }),
  },
  log: 'Đã làm',
  nothing: 'Chưa làm gì.',
  entered: 'Vào',
  left: 'Ra',
};
