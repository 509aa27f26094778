//! Vietnamese: the clerk's desk.

import type { Off } from '../../protocol/generated/signal';
import { figuresOf } from '../figures';

const n = figuresOf('vi-VN');
const off: Record<Off, string> = { camera: 'Camera tắt', microphone: 'Micrô tắt' };

export const desk = {
  points: {
    title: 'Điểm cầu',
    here: (present: number, all: number) => `có mặt ${n(present)}/${n(all)} nơi`,
    people: (count: number) => `${n(count)} người`,
    own: 'nơi riêng',
    acts: (name: string) => `Micrô của ${name}`,
  },
  line: {
    unknown: 'Chưa đo',
    steps: { 0: 'Mất', 2: 'Yếu', 3: 'Khá', 4: 'Tốt' },
    of: (word: string) => `Đường truyền: ${word}`,
    gone: 'Mất đường truyền.',
    goneDoing: 'Thiết bị ở đó tự kết nối lại.',
    still: (pictures: number) => `${n(pictures)} hình đứng yên ở đó.`,
    stillDoing: 'Đường hoặc máy chủ quá tải: tiếng vẫn tiếp tục, hình trở lại khi khá hơn.',
    lostFrom: (percent: number) => `Đường từ đó về Tòa án mất ${n(percent, 1)} % gói tin.`,
    lostTo: (percent: number) => `Đường từ Tòa án đến đó mất ${n(percent, 1)} % gói tin.`,
    lostDoing: 'Gói mất được gửi lại; tiếng đi trước hình.',
    slow: (ms: number) => `Đường chậm: đi và về ${n(ms)} ms.`,
    slowDoing: 'Tiếng và hình đến muộn, không thiếu.',
  },
  continuity: {
    sees: 'không thấy phiên tòa',
    hears: 'không nghe phiên tòa',
    heard: 'không được nghe',
    since: 'từ',
    limit: (seconds: number) => `Quá ${n(seconds)} giây thì phiên tòa tự dừng chờ.`,
  },
  record: {
    title: 'Ghi và đọc lại từng người',
    how: 'mở lại tệp đã ghi mỗi 5 giây',
    person: 'Người',
    sound: 'Tiếng đến lúc',
    readBack: 'Đọc lại đến',
    result: 'Kết quả',
    speaks: 'đang nói',
    never: 'chưa có',
    verdicts: {
      missing: 'Thiếu: không ghi được', heard: 'Có tiếng, đang ghi', quiet: 'Chưa có tiếng', silent: 'Im lặng quá 1 phút', off: 'Micrô tắt', no_microphone: 'Không có micrô',
      away: 'Không ở phòng xử', unrecorded: 'Không ghi', rests: 'Không trong giờ xử',
    },
    level: 'Tiếng tính khi đến máy chủ. Độ to, nhỏ trong tệp chưa đo.',
  },
  tasks: {
    title: 'Việc cần làm',
    none: 'Không có việc nào chờ.',
    continuity: (place: string, lacks: string) => `${place} ${lacks}`,
    line: (place: string, word: string) => `Đường ${place}: ${word.toLowerCase()}`,
    playback: (place: string) => `${place}: trình duyệt chưa phát tiếng`,
    playbackDoing: 'Nhờ người ở đó bấm “Bật tiếng”.',
    off: (place: string, device: Off) => `${place}: ${off[device].toLowerCase()}`,
    offDoing: 'Camera và micrô phải luôn bật.',
    missing: (place: string) => `Không ghi được tiếng của ${place}`,
    missingDoing: 'Báo người quản trị.',
    silent: (place: string) => `Chưa nghe tiếng từ ${place}`,
    silentDoing: 'Micrô bật mà không có tiếng: có thể chọn nhầm micrô.',
    exhibit: (title: string) => `Chứng cứ chờ trình: ${title}`,
  },
  tools: 'Công cụ của thư ký',
};
