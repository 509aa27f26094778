//! Every route, every kind of staff, own and another court: who gets what, written by hand.

use super::*;

/// What a route answers to administrator, judge, clerk and technician of the court, to all staff of another court, and
/// to nobody.
struct Row {
    method: Method,
    path: &'static str,
    body: fn(&Place) -> Value,
    own: [u16; 4],
    other: u16,
    nobody: u16,
}

fn none(_: &Place) -> Value {
    Value::Null
}

fn empty(_: &Place) -> Value {
    json!({})
}

/// A route that is not bound to something of one court answers other courts' staff about their own.
fn table() -> Vec<Row> {
    let row = |method, path, body, own, other, nobody| Row { method, path, body, own, other, nobody };
    vec![
        row(Method::GET, "/api/v1/openapi.json", none, [200; 4], 200, 200),
        row(Method::GET, "/api/v1/me", none, [200; 4], 200, 401),
        row(Method::GET, "/api/v1/court", none, [200; 4], 200, 401),
        row(Method::GET, "/api/v1/hearings", none, [200; 4], 200, 401),
        row(Method::POST, "/api/v1/hearings", draft, [201, 201, 201, 403], 0, 401),
        row(Method::GET, "/api/v1/hearings/{id}", none, [200; 4], 404, 401),
        row(Method::PATCH, "/api/v1/hearings/{id}", empty, [200, 200, 200, 403], 404, 401),
        row(Method::POST, "/api/v1/hearings/{id}/invite", counsel, [409, 409, 409, 403], 404, 401),
        row(Method::POST, "/api/v1/hearings/{id}/invite", point, [200, 403, 200, 200], 404, 401),
        row(Method::POST, "/api/v1/hearings/{id}/rehearsal", empty, [201, 403, 201, 403], 404, 401),
        // Of rehearsals alone, and this is none: `rehearsing.rs`.
        row(Method::POST, "/api/v1/hearings/{id}/rehearsal/seat", point, [404, 403, 404, 403], 404, 401),
        row(Method::POST, "/api/v1/hearings/{id}/revoke", counsel, [204, 204, 204, 403], 404, 401),
        row(Method::GET, "/api/v1/hearings/{id}/preparation", none, [200; 4], 404, 401),
        row(Method::PATCH, "/api/v1/hearings/{id}/preparation", empty, [200, 200, 200, 403], 404, 401),
        row(Method::POST, "/api/v1/hearings/{id}/invitations", everybody, [409, 409, 409, 403], 404, 401),
        row(Method::GET, "/api/v1/hearings/{id}/calendar?point={point}", none, [200, 200, 200, 403], 404, 401),
        // Of live links, not of accounts: `tests/it/exhibits.rs`.
        row(Method::POST, "/api/v1/hearings/{id}/exhibits", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/hearings/{id}/exhibits/{sha256}", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/hearings/{id}/suspension", none, [401; 4], 401, 401),
        // Of seats, not of accounts: `tests/it/minutes.rs`.
        row(Method::GET, "/api/v1/hearings/{id}/recorded/{track}", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/hearings/{id}/missed", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/hearings/{id}/missed/media/{file}", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/hearings/{id}/minutes", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/hearings/{id}/minutes/readers", none, [401; 4], 401, 401),
        row(Method::POST, "/api/v1/hearings/{id}/minutes/requests", empty, [401; 4], 401, 401),
        row(Method::POST, "/api/v1/hearings/{id}/minutes/agreement", empty, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/hearings/{id}/minutes/timeline", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/hearings/{id}/minutes/media/{file}", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/points/{point}/readiness", none, [200; 4], 404, 401),
        row(Method::POST, "/api/v1/readiness", test, [201, 403, 201, 201], 404, 401),
        row(Method::GET, "/api/v1/line?bytes=9", none, [200; 4], 200, 401),
        row(Method::POST, "/api/v1/line", empty, [200; 4], 200, 401),
        row(Method::GET, "/api/v1/docket", none, [401; 4], 401, 401),
        row(Method::GET, "/api/v1/deadlines", none, [200; 4], 200, 401),
        row(Method::POST, "/api/v1/points", new_point, [201, 403, 201, 201], 0, 401),
        row(Method::POST, "/api/v1/points/{point}/enrol", empty, [200, 403, 200, 200], 404, 401),
        row(Method::DELETE, "/api/v1/devices/{device}", none, [204, 403, 204, 204], 404, 401),
        row(Method::POST, "/api/v1/join", hearing, [200; 4], 404, 401),
        row(Method::POST, "/api/v1/logout", empty, [204; 4], 204, 204),
        row(Method::GET, "/api/v1/records", none, [403, 200, 200, 403], 0, 401),
        row(Method::GET, "/api/v1/records/nightly", none, [403, 200, 200, 403], 0, 401),
        row(Method::GET, "/api/v1/records/{record}/levels/{track}", none, [403, 200, 200, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}", none, [403, 200, 200, 403], 404, 401),
        row(Method::POST, "/api/v1/records/{record}/verify", empty, [403, 202, 202, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}/timeline", none, [403, 200, 200, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}/media/{file}", none, [403, 200, 200, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}/composite", none, [403, 200, 200, 403], 404, 401),
        // It is not sealed: `composite.rs`.
        row(Method::POST, "/api/v1/records/{record}/composite", mp4, [403, 409, 409, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}/composite/{composite}", none, [403, 404, 404, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}/minutes", none, [403, 200, 200, 403], 404, 401),
        row(Method::POST, "/api/v1/records/{record}/minutes/requests/{number}", ruling, [403, 409, 409, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}/minutes/html", none, [403, 200, 200, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}/minutes/pdf", none, [403, 200, 200, 403], 404, 401),
        row(Method::GET, "/api/v1/records/{record}/access-log", none, [403, 200, 200, 403], 404, 401),
        row(Method::GET, "/api/v1/statistics?by=point", none, [200, 200, 200, 403], 0, 401),
    ]
}

fn mp4(_: &Place) -> Value {
    json!({ "format": "mp4" })
}

fn ruling(_: &Place) -> Value {
    json!({ "accept": true })
}

fn draft(_: &Place) -> Value {
    json!({ "case": "2/2026", "starts": START })
}

fn counsel(place: &Place) -> Value {
    json!({ "person": place.hearing.plan.people[1].id })
}

fn everybody(place: &Place) -> Value {
    json!({ "people": place.hearing.plan.people.iter().map(|person| person.id).collect::<Vec<_>>() })
}

fn test(place: &Place) -> Value {
    json!({ "point": place.point.id, "measured": {} })
}

fn point(place: &Place) -> Value {
    json!({ "point": place.point.id })
}

fn new_point(_: &Place) -> Value {
    json!({ "name": Uuid::now_v7().to_string(), "kind": "detention" })
}

fn hearing(place: &Place) -> Value {
    json!({ "hearing": place.hearing.plan.hearing })
}

/// The template with the ids of `own`.
fn path(world: &World, template: &str, device: &str, record: &str) -> String {
    template
        .replace("{id}", &world.own.hearing.plan.hearing.to_string())
        .replace("{point}", &world.own.point.id.to_string())
        .replace("{device}", device)
        .replace("{record}", record)
        .replace("{file}", records::MEDIA)
        .replace("{track}", records::TRACK)
        .replace("{number}", "1")
        .replace("{composite}", "composite.mp4")
}

async fn device(world: &World) -> String {
    let (token, _) = world.base.identity.devices.offer(world.own.point.id).await.unwrap();
    world.base.identity.devices.enrol(&token.reveal()).await.unwrap().0.id.to_string()
}

#[tokio::test]
async fn who_gets_what() {
    let world = World::new().await;
    let record = records::record(&world).await;
    let device = device(&world).await;
    for row in table() {
        let path = path(&world, row.path, &device, &record);
        for (role, expected) in StaffRole::ALL.into_iter().zip(row.own) {
            let cookie = world.cookie(&format!("own-{}", role.name())).await;
            let (status, answer) = world.call(row.method.clone(), &path, Some(&cookie), (row.body)(&world.own)).await;
            assert_eq!(status, expected, "{role:?} {} {}: {answer}", row.method, row.path);
        }
        for role in StaffRole::ALL.into_iter().filter(|_| row.other > 0) {
            let cookie = world.cookie(&format!("other-{}", role.name())).await;
            let (status, answer) = world.call(row.method.clone(), &path, Some(&cookie), (row.body)(&world.own)).await;
            // A role that never may is told so before anything is looked up.
            let forbidden = row.own[role as usize] == 403 && row.other == 404 && status == 403;
            assert!(forbidden || status == row.other, "other {role:?} {} {}: {status} {answer}", row.method, row.path);
        }
        let (status, answer) = world.call(row.method.clone(), &path, None, (row.body)(&world.own)).await;
        assert_eq!(status, row.nobody, "nobody {} {}: {answer}", row.method, row.path);
    }
}

#[tokio::test]
async fn lists_show_the_own_court_only() {
    let world = World::new().await;
    let cookie = world.cookie("own-clerk").await;
    let (_, list) = world.call(Method::GET, "/api/v1/hearings", Some(&cookie), Value::Null).await;
    let cases: Vec<_> = list["hearings"].as_array().unwrap().iter().map(|hearing| hearing["case"].clone()).collect();
    assert_eq!(cases, ["1/2026/own"]);
    let (_, court) = world.call(Method::GET, "/api/v1/court", Some(&cookie), Value::Null).await;
    assert_eq!(court["accounts"].as_array().unwrap().len(), 4);
    assert_eq!(court["points"].as_array().unwrap().len(), 1);
    let foreign = json!({ "case": "3/2026", "starts": START, "points": [world.other.point.id] });
    let (status, problem) = world.call(Method::POST, "/api/v1/hearings", Some(&cookie), foreign).await;
    assert_eq!((status.as_u16(), &problem["params"]["field"]), (422, &json!("points[0]")));
}

#[tokio::test]
async fn the_table_covers_every_route() {
    let open = ["/api/v1/login", "/api/v1/enrol"];
    let covered: Vec<String> = table().iter().map(|row| generic(row.path)).collect();
    for (path, _) in api() {
        assert!(open.contains(&path) || covered.contains(&generic(path)), "{path} is not in the table");
    }
}

fn generic(path: &str) -> String {
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
}
