//! Vietnamese: statistics.

import { figuresOf } from '../figures';

const n = figuresOf('vi-VN');
const by: Record<'judge' | 'point' | 'case_type' | 'court', string> = { judge: 'Chủ tọa', point: 'Điểm cầu', case_type: 'Loại vụ án', court: 'Tòa án' };
const causes: Record<'continuity' | 'pressed' | 'record' | 'media' | 'restart', string> = { continuity: 'Điểm cầu mất hình, tiếng', pressed: 'Tòa án bấm dừng chờ', record: 'Sự cố ghi hình, sổ sự kiện', media: 'Máy chủ hình, tiếng', restart: 'Máy chủ dừng, khởi động lại' };

export const statistics = {
  title: 'Thống kê',
  period: 'Khoảng thời gian',
  from: 'Từ ngày',
  to: 'Đến ngày',
  show: 'Xem',
  by,
  byLabel: 'Cộng theo',
  csv: 'Tải bảng (CSV)',
  print: 'In',
  source: 'Tính từ sổ sự kiện của các phiên tòa đã kết thúc; không ai nhập tay.',
  hearings: 'Số vụ',
  online: 'Trực tuyến',
  across: 'Liên tỉnh',
  unknown: (count: number) => `${n(count)} vụ trực tuyến chưa rõ: chưa ghi tỉnh của mọi điểm cầu.`,
  sittings: 'Số buổi',
  inSession: 'Giờ xét xử',
  interruptions: 'Lần gián đoạn',
  lost: 'Phút mất',
  hearingsBy: (what: string) => `Số vụ theo ${what.toLowerCase()}`,
  lostBy: (what: string) => `Phút mất theo ${what.toLowerCase()}`,
  causes,
  causesTitle: 'Vì sao gián đoạn',
  cause: 'Nguyên nhân',
  times: 'Số lần',
  full: 'Phần đậm: vụ trực tuyến. Cả thanh: tất cả các vụ.',
  quota: (count: number) => `Vạch: chỉ tiêu ${n(count)} vụ trực tuyến một năm.`,
  ofPoint: 'Của điểm cầu: số lần không nghe, không thấy hoặc không được nghe.',
  total: 'Tổng cộng',
  none: 'Không có phiên tòa nào trong khoảng này',
  noneHow: 'Phiên tòa vào thống kê khi kết thúc và bản ghi được niêm phong. Chọn khoảng khác.',
  wrongOrder: 'Ngày cuối trước ngày đầu.',
};
