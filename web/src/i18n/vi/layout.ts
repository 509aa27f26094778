//! Vietnamese: who stands large.

export const layout = {
  open: 'Bố cục',
  title: 'Bố cục hình',
  shut: 'Đóng',
  forAll: 'Cho mọi màn hình',
  forAllHelp: 'Mọi màn hình theo bố cục này, kể cả điểm cầu, cho đến khi để mỗi người tự chọn.',
  each: 'Mỗi người tự chọn',
  grid: 'Lưới: mọi người bằng nhau',
  speaker: 'Người đang nói ở khung lớn',
  spotlight: 'Một người ở khung lớn',
  who: 'Ai ở khung lớn',
  set: 'Đặt cho mọi màn hình',
  own: 'Cho màn hình này',
  plan: 'Theo chỗ của phiên tòa',
  overruled: 'Chủ tọa đã đặt bố cục cho mọi màn hình; lựa chọn riêng có hiệu lực lại khi chủ tọa thôi đặt.',
  setNow: 'Bố cục do chủ tọa đặt',
  isLarge: 'Ở khung lớn',
  large: 'Khung lớn',
};
