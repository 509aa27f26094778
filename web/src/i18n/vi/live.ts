//! Vietnamese strings of the live pages, and those that every page uses.

export const live = {
  loading: 'Đang tải',
  tryAgain: 'Thử lại',
  noSuchPage: 'Không có trang này',
  pageNotLoaded: 'Không tải được trang',
};
