//! Vietnamese: the floor and the interpretation.

import type { Channel } from '../../protocol/generated/signal';

const heard: Record<Channel, string> = { floor: 'Tiếng gốc', interpretation: 'Phiên dịch' };
const spoken: Record<Channel, string> = { floor: 'Cả phòng xử nghe', interpretation: 'Kênh phiên dịch' };

export const channels = {
  heard,
  spoken,
  listen: 'Tiếng nghe',
  speak: 'Micrô phiên dịch',
  speakHelp: { floor: 'Mọi người nghe người phiên dịch như nghe mọi tiếng khác.', interpretation: 'Chỉ nơi chọn nghe phiên dịch mới nghe người phiên dịch.' } satisfies Record<Channel, string>,
  whoHears: 'Ai nghe phiên dịch',
  shut: 'Đóng',
  give: 'Cho nghe phiên dịch',
  giveTo: (who: string) => `Cho ${who} nghe phiên dịch`,
  takeBack: 'Cho nghe tiếng gốc',
  takeBackOf: (who: string) => `Cho ${who} nghe tiếng gốc`,
  listens: 'nghe phiên dịch',
  onChannel: 'đang dịch ở kênh phiên dịch',
};
