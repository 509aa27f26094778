//! What the law asks before an online hearing, as one table, so that the procedure's file can take its place.
//!
//! Sources: Resolution 33/2021/QH15 Art. 1 and joint circular 05/2021/TTLT, Art. 3, 4, 6, 7. The texts are drafts until a
//! jurist has read them.

/// A text in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Text {
    pub vi: &'static str,
    pub en: &'static str,
}

/// A question of the checklist (Resolution 33 Art. 1(1)): all must be answered yes before anybody is invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    pub key: &'static str,
    pub text: Text,
    pub source: Text,
}

/// A step before the hearing, with its time limit if it has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub key: &'static str,
    pub text: Text,
    pub source: Text,
    pub due: Option<Due>,
    pub only: Only,
}

/// A limit, in days counted on the calendar from the day of another step: negative is before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    pub from: &'static str,
    pub days: i32,
    /// In the summary procedure; `None`: no limit there.
    pub summary: Option<i32>,
}

/// Which hearings have a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Only {
    Always,
    /// With a point in a detention facility.
    Detention,
}

/// What a procedure asks.
#[derive(Debug, PartialEq, Eq)]
pub struct Rules {
    /// Most component points (circular Art. 4(2)); observers are counted apart. `None`: no limit of law.
    pub component_points: Option<usize>,
    pub checklist: &'static [Item],
    pub steps: &'static [Step],
    /// What is to be done during and after the hearing, unless the clerk writes otherwise.
    pub during: &'static [Text],
    pub after: &'static [Text],
    /// What those who take part keep to, for the invitation.
    pub conduct: &'static [Text],
}

/// Circular 05/2021 Art. 4(2).
pub const COMPONENT_POINTS: usize = 3;

/// The rules of a procedure, by its name.
#[must_use]
pub fn of(procedure: &str) -> &'static Rules {
    if procedure.starts_with("vn-criminal") {
        &CRIMINAL
    } else if procedure.starts_with("vn-civil") || procedure.starts_with("vn-administrative") {
        &CIVIL
    } else {
        &OTHER
    }
}

static CRIMINAL: Rules = Rules {
    component_points: Some(COMPONENT_POINTS),
    checklist: &[SIMPLE, SECRET, CHAPTERS, FACILITIES],
    steps: &[TRIAL_DECISION, ONLINE_DECISION, PROCURACY_NOTICE, PROCURACY_ANSWER, DETENTION_NOTICE, DETENTION_ANSWER],
    during: DURING,
    after: AFTER,
    conduct: CONDUCT,
};

static CIVIL: Rules = Rules {
    component_points: Some(COMPONENT_POINTS),
    checklist: &[SIMPLE, SECRET, FACILITIES],
    steps: &[TRIAL_DECISION, ONLINE_DECISION],
    during: DURING,
    after: AFTER,
    conduct: CONDUCT,
};

/// Meetings and other countries' procedures: none of this.
static OTHER: Rules =
    Rules { component_points: None, checklist: &[], steps: &[], during: &[], after: AFTER, conduct: CONDUCT };

const RESOLUTION: Text =
    Text { vi: "Nghị quyết 33/2021/QH15, Điều 1", en: "Resolution 33/2021/QH15, Article 1" };

const SIMPLE: Item = Item {
    key: "simple",
    text: Text {
        vi: "Tình tiết, tính chất đơn giản; tài liệu, chứng cứ rõ ràng",
        en: "The facts are simple, documents and evidence are clear",
    },
    source: RESOLUTION,
};
const SECRET: Item = Item {
    key: "secret",
    text: Text { vi: "Không liên quan đến bí mật nhà nước", en: "No state secret is concerned" },
    source: RESOLUTION,
};
const CHAPTERS: Item = Item {
    key: "chapters",
    text: Text {
        vi: "Không thuộc Chương XIII, Chương XXVI Bộ luật Hình sự",
        en: "No crime of Chapters XIII or XXVI of the Criminal Code",
    },
    source: RESOLUTION,
};
const FACILITIES: Item = Item {
    key: "facilities",
    text: Text {
        vi: "Cơ sở vật chất các điểm cầu bảo đảm (có biên bản kiểm tra kỹ thuật)",
        en: "The facilities of every point suffice (there are readiness reports)",
    },
    source: Text { vi: "TTLT 05/2021, Điều 3, 4, 5", en: "Circular 05/2021, Articles 3, 4, 5" },
};

const ARTICLE_3: Text = Text { vi: "TTLT 05/2021, Điều 3", en: "Circular 05/2021, Article 3" };
const ARTICLE_6: Text = Text { vi: "TTLT 05/2021, Điều 6", en: "Circular 05/2021, Article 6" };
const ARTICLE_7: Text = Text { vi: "TTLT 05/2021, Điều 7", en: "Circular 05/2021, Article 7" };

const TRIAL_DECISION: Step = Step {
    key: "trial_decision",
    text: Text { vi: "Quyết định đưa vụ án ra xét xử", en: "Decision to bring the case to trial" },
    source: ARTICLE_3,
    due: None,
    only: Only::Always,
};
const ONLINE_DECISION: Step = Step {
    key: "online_decision",
    text: Text { vi: "Quyết định xét xử trực tuyến", en: "Decision to hold the hearing online" },
    source: ARTICLE_3,
    due: Some(Due { from: "trial_decision", days: -7, summary: None }),
    only: Only::Always,
};
const PROCURACY_NOTICE: Step = Step {
    key: "procuracy_notice",
    text: Text { vi: "Thông báo Viện kiểm sát", en: "Notice to the procuracy" },
    source: ARTICLE_3,
    due: None,
    only: Only::Always,
};
const PROCURACY_ANSWER: Step = Step {
    key: "procuracy_answer",
    text: Text { vi: "Viện kiểm sát trả lời", en: "Answer of the procuracy" },
    source: ARTICLE_6,
    due: Some(Due { from: "procuracy_notice", days: 3, summary: Some(1) }),
    only: Only::Always,
};
const DETENTION_NOTICE: Step = Step {
    key: "detention_notice",
    text: Text { vi: "Thông báo trại tạm giam", en: "Notice to the detention centre" },
    source: ARTICLE_7,
    due: None,
    only: Only::Detention,
};
const DETENTION_ANSWER: Step = Step {
    key: "detention_answer",
    text: Text {
        vi: "Trại tạm giam đề nghị nơi đặt điểm cầu",
        en: "The detention centre asks for the place of its point",
    },
    source: ARTICLE_7,
    due: Some(Due { from: "detention_notice", days: 3, summary: Some(3) }),
    only: Only::Detention,
};

const DURING: &[Text] = &[
    Text {
        vi: "Cán bộ điểm cầu báo sự có mặt cho thư ký", en: "Point officers report to the clerk who is present"
    },
    Text { vi: "Kiểm tra căn cước của người tham gia", en: "Identity of those taking part is checked" },
    Text {
        vi: "Chủ tọa giải thích hình thức trực tuyến, quyền được bảo đảm",
        en: "The presiding judge explains the online form and that rights are kept",
    },
    Text {
        vi: "Nhận chứng cứ mới từ điểm cầu, nếu có", en: "New evidence from a point is received, if there is any"
    },
    Text {
        vi: "Mất đường truyền: dừng chờ, sang đường dự phòng, tạm ngừng nếu không khắc phục được",
        en: "A line fails: hold, change to the spare line, suspend if it cannot be mended",
    },
];
const AFTER: &[Text] = &[
    Text {
        vi: "Các bên đọc biên bản, đề nghị sửa nếu có", en: "The parties read the minutes and ask for changes"
    },
    Text { vi: "Kiểm chứng bản ghi đã niêm phong", en: "The sealed record is verified" },
    Text {
        vi: "Đưa bản ghi và biên bản vào hồ sơ vụ án", en: "Record and minutes go into the case file"
    },
];

/// Circular 05/2021, duties of participants (Art. 11 or 12: the number was not seen).
const CONDUCT: &[Text] = &[
    Text {
        vi: "Chấp hành nội quy phiên tòa; trang phục nghiêm túc; giữ trật tự.",
        en: "Keep to the rules of the court; dress properly; keep quiet.",
    },
    Text { vi: "Camera và micrô luôn bật.", en: "Camera and microphone stay on." },
    Text {
        vi: "Chỉ phát biểu khi được chủ tọa cho phép.", en: "Speak when the presiding judge allows it."
    },
    Text {
        vi: "Không đứng dậy, không rời chỗ khi chưa được phép.", en: "Do not stand up or leave without leave."
    },
    Text {
        vi: "Không chụp ảnh, ghi âm, ghi hình, chụp màn hình; không phát trực tiếp.",
        en: "No photographs, no recording of sound, picture or screen, no live streaming.",
    },
    Text {
        vi: "Không chia sẻ tài liệu, mã hoặc thông tin đăng nhập cho người khác.",
        en: "Share no documents, codes or log-in details with anybody.",
    },
    Text {
        vi: "Xuất trình giấy tờ tùy thân hoặc giấy ủy quyền để đối chiếu.",
        en: "Show identity papers, or a power of attorney, for comparison.",
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_counts_from_a_step_of_its_own_table() {
        for rules in [&CRIMINAL, &CIVIL, &OTHER] {
            for due in rules.steps.iter().filter_map(|step| step.due) {
                assert!(rules.steps.iter().any(|step| step.key == due.from), "{}", due.from);
            }
        }
    }

    #[test]
    fn the_procuracy_is_asked_in_criminal_cases_only() {
        let asks = |procedure| of(procedure).steps.iter().any(|step| step.key == "procuracy_notice");
        assert!(asks("vn-criminal-appeal") && !asks("vn-civil-first-instance") && !asks("vn-meeting"));
        assert_eq!(of("vn-administrative").component_points, Some(3));
        assert_eq!(of("common-law-generic").component_points, None);
    }
}
