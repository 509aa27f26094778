//! Vietnamese: what a request was refused for and what to do about it, by the server's code.

import { figuresOf } from '../figures';

const n = figuresOf('vi-VN');

export const problems = {
  unreachable: 'Không liên lạc được với máy chủ',
  unreachableHow: 'Kiểm tra đường mạng của máy này rồi thử lại.',
  unreadable: 'Máy chủ trả lời không đọc được',
  tryAgain: 'Thử lại.',
  tellTechnician: 'Nếu vẫn vậy, báo cho kỹ thuật.',
  callClerk: 'Nếu vẫn vậy, gọi thư ký phiên tòa.',
  tooOften: 'Thử quá nhiều lần',
  tooOftenHow: (seconds: number) => `Thử lại sau ${n(seconds)} giây.`,
  tooLarge: 'Yêu cầu quá lớn',
  tooLargeHow: (limit: number) => `Giới hạn là ${n(limit)} byte.`,
  codes: {
    sign_in: ['Cần đăng nhập', 'Hãy đăng nhập lại.'],
    wrong_login: ['Sai tên đăng nhập hoặc mật khẩu', 'Kiểm tra tên và mật khẩu rồi thử lại.'],
    not_allowed: ['Không có quyền', 'Tài khoản này không được làm việc đó. Hỏi quản trị viên của Tòa án.'],
    cross_site: ['Yêu cầu đến từ trang khác', 'Mở lại trang này từ địa chỉ của Tòa án.'],
    not_found: ['Không tìm thấy', 'Không có mục này, hoặc mục này thuộc Tòa án khác.'],
    bad_request: ['Máy chủ không đọc được yêu cầu', 'Tải lại trang rồi thử lại.'],
    bad_field: ['Một mục chưa đúng', 'Sửa mục đó rồi thử lại.'],
    wrong_type: ['Máy chủ không đọc được yêu cầu', 'Tải lại trang rồi thử lại.'],
    unknown_code: ['Mã không đúng', 'Kiểm tra mã trên giấy mời. Mã chỉ dùng cho một phiên tòa và hết hiệu lực khi phiên tòa kết thúc.'],
    comes_by_account: ['Vào bằng tài khoản', 'Người của Tòa án và người có tài khoản vào bằng cách đăng nhập, không dùng mã.'],
    unknown_device: ['Thiết bị chưa được ghi danh', 'Mở liên kết ghi danh mới trên thiết bị này; thư ký hoặc kỹ thuật viên lập liên kết.'],
    enrolment_used_up: ['Liên kết ghi danh đã hết hiệu lực', 'Liên kết chỉ dùng một lần. Đề nghị thư ký hoặc kỹ thuật viên lập liên kết mới.'],
    not_sealed_yet: ['Bản ghi đang được niêm phong', 'Hãy đợi một lát.'],
    no_longer_read: ['Hết hạn đọc biên bản tại đây', 'Hãy liên hệ thư ký phiên tòa.'],
    no_hearing_now: ['Chưa có phiên tòa', 'Điểm cầu này chưa có phiên tòa. Thiết bị sẽ tự vào khi có.'],
    plan_has_begun: ['Phiên tòa đã bắt đầu', 'Đã có người vào, nên kế hoạch không sửa được nữa.'],
    not_eligible: ['Chưa lập được giấy mời', 'Điều kiện xét xử trực tuyến chưa được trả lời đủ, hoặc có điều kiện không đạt. Xem mục Điều kiện xét xử trực tuyến.'],
    exists: ['Đã có', 'Tên hoặc số này đã được dùng.'],
    storage_down: ['Cơ sở dữ liệu không trả lời', 'Các phiên tòa đang diễn ra vẫn tiếp tục.'],
    not_ready: ['Máy chủ chưa sẵn sàng', 'Máy chủ đang khởi động hoặc đang dừng. Thử lại sau ít phút.'],
    internal: ['Lỗi máy chủ', 'Thử lại.'],
  } as Readonly<Record<string, readonly [title: string, how: string]>>,
  /** What a field of a plan must be, by its name. */
  fields: {
    case: 'Cần ít nhất một ký tự, trên một dòng, không quá dài.',
    title: 'Trên một dòng, không quá dài.',
    name: 'Cần ít nhất một ký tự, trên một dòng, không quá dài.',
    starts: 'Ngày hoặc giờ này không đọc được.',
    date: 'Ngày này không đọc được.',
    from: 'Ngày này không đọc được.',
    to: 'Ngày này không đọc được.',
    procedure: 'Máy chủ không có thủ tục này.',
    points: 'Điểm cầu này không thuộc Tòa án này, hoặc quá số điểm cầu thành phần được phép (3).',
    point: 'Điểm cầu này không thuộc phiên tòa.',
    people: 'Một phiên tòa có một chủ tọa, nhiều nhất 200 người và 100 điểm cầu.',
    account: 'Tòa án này không có tài khoản đó.',
    own_screen: 'Người không ở điểm cầu nào cần có màn hình riêng.',
    with: 'Người bào chữa, bị cáo, đương sự, người làm chứng và người phiên dịch trong kế hoạch này mới được gặp riêng với nhau.',
    'screens.of': 'Phải là người trong kế hoạch này. Người ngồi ở phòng xử án chỉ giữ kín được tên: muốn giữ kín hình, tiếng thì chọn nơi ngồi khác cho họ.',
    'screens.people': 'Không giữ kín người của Tòa án, cũng không giữ kín với Tòa án hay người ngồi ở phòng xử án.',
    'screens.points': 'Phải là điểm cầu của phiên tòa này, không phải phòng xử án.',
    'screens.picture': 'Chọn hình, tiếng hoặc tên.',
  } as Readonly<Record<string, string>>,
};

export type ProblemTexts = typeof problems;
