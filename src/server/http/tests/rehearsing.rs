//! Rehearsals: who may make them, what they are, and what does not stop them.

use super::*;

async fn made(world: &World, cookie: &str) -> Value {
    let path = format!("/api/v1/hearings/{}/rehearsal", world.own.hearing.plan.hearing);
    let (status, made) = world.call(Method::POST, &path, Some(cookie), json!({})).await;
    assert_eq!(status, 201, "{made}");
    made
}

#[tokio::test]
async fn a_rehearsal_is_the_plan_with_made_up_parties_and_begins_now() {
    let world = World::new().await;
    world.clock.advance(-3_600_000);
    let cookie = world.cookie("own-clerk").await;
    let first = made(&world, &cookie).await;
    assert_eq!((&first["rehearsal"], &first["state"]), (&json!(true), &json!("scheduled")));
    assert_eq!(
        (&first["case"], &first["starts"]),
        (&json!("1/2026/own (diễn tập 1)"), &json!("2026-11-25T07:00:00+07:00"))
    );
    let people = first["people"].as_array().unwrap();
    let names: Vec<&Value> = people.iter().map(|person| &person["name"]).collect();
    assert_eq!(names, ["Thẩm phán", "Người bào chữa (diễn tập)", "Bị cáo (diễn tập)"]);
    assert_eq!((&people[0]["account"], &people[2]["point"]), (&json!("own-judge"), &json!(world.own.point.id)));
    let real = world.own.hearing.plan.people.iter().map(|person| json!(person.id));
    assert!(people.iter().zip(real).all(|(person, real)| person["id"] != real));

    let again = made(&world, &cookie).await;
    assert_eq!(again["case"], "1/2026/own (diễn tập 2)");
    let path = format!("/api/v1/hearings/{}", again["id"].as_str().unwrap());
    let (status, changed) = world.call(Method::PATCH, &path, Some(&cookie), json!({ "title": "Tập" })).await;
    assert_eq!((status.as_u16(), &changed["rehearsal"]), (200, &json!(true)), "changed, it stays one");
    let (_, all) = world.call(Method::GET, "/api/v1/hearings", Some(&cookie), Value::Null).await;
    let marked = all["hearings"].as_array().unwrap().iter().filter(|one| one["rehearsal"] == true).count();
    assert_eq!((all["hearings"].as_array().unwrap().len(), marked), (3, 2));
}

#[tokio::test]
async fn neither_the_checklist_nor_a_day_of_the_law_stops_a_rehearsal() {
    let world = World::new().await;
    let cookie = world.cookie("own-administrator").await;
    let made = made(&world, &cookie).await;
    let path = format!("/api/v1/hearings/{}", made["id"].as_str().unwrap());
    let (_, preparation) = world.call(Method::GET, &format!("{path}/preparation"), Some(&cookie), Value::Null).await;
    assert_eq!((&preparation["open"], &preparation["checklist"]), (&json!([]), &json!([])));
    assert_eq!(preparation["deadlines"], json!([]));
    assert_ne!(preparation["component_points"]["most"], json!(0), "other rules are the procedure's");
    let counsel = json!({ "person": made["people"][1]["id"] });
    let (status, invited) = world.call(Method::POST, &format!("{path}/invite"), Some(&cookie), counsel).await;
    assert_eq!(status, 200, "{invited}");
    let (status, joined) = world.post("/api/v1/join", json!({ "code": invited["code"] })).await;
    assert_eq!((status.as_u16(), &joined["hearing"]), (200, &made["id"]));
}

#[tokio::test]
async fn points_of_a_rehearsal_are_played_and_those_of_a_hearing_are_not() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    let made = made(&world, &cookie).await;
    let seat = |hearing: &Value| format!("/api/v1/hearings/{}/rehearsal/seat", hearing.as_str().unwrap());
    let point = json!({ "point": world.own.point.id });
    let (status, joined) = world.call(Method::POST, &seat(&made["id"]), Some(&cookie), point.clone()).await;
    assert_eq!((status.as_u16(), &joined["hearing"]), (200, &made["id"]));
    let ticket = joined["ticket"].as_str().unwrap();
    let grant = world.base.identity.tickets.redeem(ticket).await.unwrap();
    let device = assize_core::ids::DeviceId(world.own.point.id.0);
    assert_eq!(grant.entrant, assize_core::hearing::Entrant::Device { point: world.own.point.id, device });
    assert!(!grant.by_code);

    let elsewhere = json!({ "point": world.other.point.id });
    assert_eq!(world.call(Method::POST, &seat(&made["id"]), Some(&cookie), elsewhere).await.0, 404);
    let real = json!(world.own.hearing.plan.hearing);
    assert_eq!(world.call(Method::POST, &seat(&real), Some(&cookie), point.clone()).await.0, 404);
    for other in ["own-judge", "own-technician", "other-clerk"] {
        let cookie = world.cookie(other).await;
        let (status, _) = world.call(Method::POST, &seat(&made["id"]), Some(&cookie), point.clone()).await;
        assert_eq!(status, if other == "other-clerk" { 404 } else { 403 }, "{other}");
    }
}
