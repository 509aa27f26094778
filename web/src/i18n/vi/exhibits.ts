//! Tiếng Việt: chứng cứ nộp, trình, công bố tại phiên tòa.

import type { Standing } from '../../protocol/generated/signal';

const standing: Record<Standing, string> = { received: 'đã nhận', submitted: 'chờ chủ tọa', admitted: 'đã chấp nhận', refused: 'không chấp nhận' };

/** Vì sao một tệp không được nhận, theo tên mà máy chủ nêu. */
const unfit: Readonly<Record<string, string>> = {
  empty: 'Tệp trống.',
  markup: 'Tệp là trang web hoặc hình SVG, có thể chứa mã chạy. Hãy lưu thành PDF hoặc ảnh rồi nộp lại.',
  archive: 'Tệp là tệp nén hoặc tài liệu Office. Hãy lưu từng tài liệu thành PDF rồi nộp lại.',
  unknown: 'Chỉ nhận PDF, JPEG, PNG và WebP, xét theo nội dung tệp chứ không theo tên.',
  damaged: 'Tệp không đầy đủ hoặc đã hỏng. Hãy lưu hoặc quét lại rồi nộp.',
  trailing: 'Sau phần kết thúc của tài liệu còn có nội dung khác. Hãy lưu lại thành PDF mới rồi nộp.',
  encrypted: 'Tài liệu có mật khẩu. Hãy bỏ mật khẩu rồi nộp lại.',
  too_many_pixels: 'Ảnh quá lớn: nhiều hơn 52 triệu điểm ảnh. Hãy giảm kích thước rồi nộp lại.',
};

export const exhibits = {
  title: 'Chứng cứ',
  number: (n: number) => `Tài liệu số ${n}`,
  untitled: 'Tài liệu',
  counts: (admitted: number, waiting: number) => `${admitted} đã chấp nhận, ${waiting} chờ`,
  none: 'Chưa có ai nộp.',
  standing,
  shown: 'đang công bố',
  times: (n: number) => `đã công bố ${n} lần`,
  handedIn: (who: string, receipt: string) => `${who} nộp, biên nhận ${receipt}`,
  hash: (short: string) => `SHA-256: ${short}…`,
  open: 'Xem',
  openOf: (n: number) => `Xem chứng cứ số ${n}`,
  submit: 'Trình chủ tọa',
  admit: 'Chấp nhận',
  refuse: 'Không chấp nhận',
  refuseTitle: (n: number) => `Không chấp nhận chứng cứ số ${n}`,
  reason: 'Lý do',
  show: 'Công bố',
  choose: 'Chọn người xem',
  chooseTitle: (n: number) => `Công bố chứng cứ số ${n} cho`,
  observers: 'Cả những nơi dự khán',
  stop: 'Ngừng công bố',
  seenBy: (who: string) => `Thấy trang này: ${who}`,
  everybody: 'mọi người tham gia trong phòng xử án',
  andObservers: 'nơi dự khán',
  forYou: 'Tòa án đang công bố trang này cho vị trí này.',
  pageOf: (page: number, pages: number) => `${page}/${pages}`,
  page: (page: number) => `Trang ${page}`,
  back: 'Trang trước',
  next: 'Trang sau',
  lift: 'Bỏ dấu chỉ',
  pointing: 'Dấu chỉ trên trang. Nhấn vào trang để đặt; phím mũi tên để dời.',
  loading: 'Đang mở tài liệu.',
  failed: 'Không mở được tài liệu này. Hãy đề nghị nộp lại bản khác.',
  again: 'Thử lại',
  close: 'Đóng',
  allowPresenting: (who: string) => `Cho phép ${who} công bố`,
  withdrawPresenting: (who: string) => `Thôi cho phép ${who} công bố`,
  handIn: 'Nộp tài liệu',
  handInHelp: 'PDF hoặc ảnh, nhiều nhất 64 MB. Tòa án nhận bản điện tử và cấp số biên nhận.',
  photo: 'Chụp giấy tờ',
  chooseFile: 'Chọn tệp',
  sending: 'Đang gửi tài liệu.',
  receipt: (receipt: string) => `Đã nộp: biên nhận ${receipt}`,
  notTaken: 'Chưa nộp được',
  unfit,
  mine: 'Tài liệu đã nộp',
  placePaper: 'Đặt giấy tờ trước máy ảnh',
  take: 'Chụp',
  retake: 'Chụp lại',
  send: 'Nộp',
  noCamera: 'Không mở được máy ảnh nào.',
};

export type ExhibitMessages = typeof exhibits;
