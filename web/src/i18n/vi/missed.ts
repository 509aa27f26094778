//! Tiếng Việt: phần phiên tòa đã lỡ khi mất đường truyền.

export const missed = {
  inPhases: (phases: string) => `Trong phần: ${phases}.`,
  spoke: (names: string) => `Người nói: ${names}.`,
  somebody: 'người không nêu tên',
  ask: 'Xin xem lại',
  asked: 'Đã xin xem lại. Tòa án đã biết.',
  takeBack: 'Rút lại',
  refused: 'Tòa án chưa cho xem lại',
  see: 'Xem lại phần đã lỡ',
  title: 'Phần phiên tòa đã lỡ',
  goesOn: 'Phiên tòa vẫn tiếp tục. Trong lúc xem lại, tiếng của phòng xử án được tắt trên màn hình này.',
  play: 'Xem',
  pause: 'Dừng',
  back: 'Lùi 10 giây',
  loading: 'Đang tải…',
  blocked: 'Trình duyệt chặn tiếng. Bấm Xem.',
  nothing: 'Không có gì được ghi trong khoảng này.',
  failed: 'Không tải được. Thử lại sau.',
  shut: 'Trở lại phiên tòa',
};
