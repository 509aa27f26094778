//! Tiếng Việt: bản phim tổng hợp của một bản ghi.

import { figuresOf } from '../figures';

const n = figuresOf('vi-VN');

const formats = { mp4: 'MP4 (H.264, AAC)', webm: 'WebM (VP9, Opus)' };
const troubles = {
  not_sealed: 'Bản ghi chưa được niêm phong.',
  nothing_recorded: 'Phiên tòa này không có gì được ghi.',
  busy: 'Đang được dựng ở nơi khác.',
  no_room: 'Đĩa không đủ chỗ.',
  died: 'Tiến trình dựng phim đã dừng. Báo kỹ thuật viên.',
  failed: 'Không dựng được. Nhật ký máy chủ có ghi lỗi.',
};

export const composite = {
  title: 'Bản phim tổng hợp',
  how: 'Một phim có hình của mọi người, tên và giờ; tiếng phiên dịch là rãnh tiếng thứ hai. Phim được dựng từ bản ghi, không thay bản ghi và không thuộc phần niêm phong.',
  formats,
  troubles,
  none: 'Chưa dựng',
  waiting: 'Chờ đến lượt',
  running: (percent: number) => `Đang dựng: ${n(percent)} %`,
  slow: 'Dựng ở mức ưu tiên thấp nhất; khi có phiên tòa đang diễn ra thì chậm hơn.',
  megabytes: (count: number) => `${n(count, 1)} MB`,
  make: 'Dựng phim',
  makeOf: (format: string) => `Dựng phim ${format}`,
  again: 'Thử lại',
  play: 'Xem',
  playOf: (format: string) => `Xem phim ${format}`,
  save: 'Tải về',
  saveOf: (format: string) => `Tải phim ${format}`,
};
