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
    picture: 'Hình đến',
    listen: 'Nghe bản ghi',
    listenTo: (name: string) => `Nghe bản ghi: ${name}`,
    listenStop: 'Thôi nghe',
    listening: {
      starting: (name: string) => `Đang mở bản ghi của ${name}…`,
      playing: (name: string) => `Đang nghe bản ghi của ${name}, chậm vài giây. Tiếng trực tiếp tạm tắt trên máy này.`,
      waiting: (name: string) => `Bản ghi của ${name} chưa có tiếng mới. Tiếng trực tiếp đang bật.`,
      ended: (name: string) => `Bản ghi của ${name} không còn tiếp tục. Tiếng trực tiếp đang bật.`,
      unsupported: () => 'Trình duyệt này không phát được bản ghi đang ghi.',
    },
    result: 'Kết quả',
    speaks: 'đang nói',
    never: 'chưa có',
    verdicts: {
      missing: 'Thiếu: không có trong tệp', good: 'Đọc lại được, mức tốt', clipped: 'Quá to, tiếng bị vỡ', late: 'Đọc lại chậm', unheard: 'Không nghe lại được',
      heard: 'Có tiếng, đang ghi', quiet: 'Chưa có tiếng', silent: 'Im lặng hoàn toàn', off: 'Micrô tắt', no_microphone: 'Không có micrô',
      away: 'Không ở phòng xử', unrecorded: 'Không ghi', rests: 'Không trong giờ xử',
    },
    level: 'Mức là của tiếng trong tệp, do một chương trình riêng mở lại và giải mã.',
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
    record: {
      missing: (place: string) => `Bản ghi thiếu tiếng của ${place}`,
      silent: (place: string) => `Trong bản ghi không nghe tiếng ${place}`,
      clipped: (place: string) => `Tiếng của ${place} quá to, bị vỡ trong bản ghi`,
      late: (place: string) => `Đọc lại tiếng của ${place} bị chậm`,
      unheard: (place: string) => `Không nghe lại được tiếng của ${place}`,
    },
    recordDoing: {
      missing: 'Báo người quản trị.',
      silent: 'Micrô bật mà không có tiếng: có thể chọn nhầm micrô.',
      clipped: 'Nhờ người ở đó nói xa micrô hơn hoặc giảm âm lượng micrô.',
      late: 'Máy chủ đang quá tải: báo người quản trị.',
      unheard: 'Tệp vẫn được ghi, nhưng chưa ai biết nghe có rõ không: báo người quản trị.',
    },
    exhibit: (title: string) => `Chứng cứ chờ trình: ${title}`,
  },
  tools: 'Công cụ của thư ký',
};
