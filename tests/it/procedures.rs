//! A procedure file that is wrong: the server does not start with it, and says where it is and what to do.

use assize_tests::TestCourt;

const MEETING: &str = include_str!("../../config/procedures/vn-meeting.toml");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_procedure_file_keeps_the_server_from_starting_with_file_line_and_remedy() {
    let mut court = TestCourt::start().await;
    let (_, told) = court.cli(&["doctor"]);
    assert!(told.lines().any(|line| line.starts_with("ok") && line.contains("vn-meeting")), "{told}");
    court.kill();

    let wrong = MEETING.replace("\ndraft = true", "\ndraff = true");
    let line = wrong.lines().position(|line| line == "draff = true").unwrap() + 1;
    let file = court.path("config/procedures/vn-meeting.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, wrong).unwrap();
    let place = format!("config/procedures/vn-meeting.toml:{line}: unknown key `draff`");
    let (status, told) = court.cli(&["serve"]);
    assert_eq!(status.code(), Some(78), "{told}");
    assert!(told.contains(&place) && told.contains("did you mean `draft`?"), "{told}");
    let (status, told) = court.cli(&["doctor"]);
    assert_eq!(status.code(), Some(1));
    assert!(told.contains(&place), "{told}");

    std::fs::write(&file, MEETING).unwrap();
    court.start_again().await;
}
