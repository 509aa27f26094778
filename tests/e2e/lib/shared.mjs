// Changes of the demonstration's plan before anybody has come, as its clerk (logged in on `page`) may make them.

/** Adds people and, with `own`, gives screens of their own to those of a role; returns the code of the first in that role. */
async function change(page, hearing, { more, own, screens = [] }) {
  return page.evaluate(async ({ id, more: added, own: role, screens: order }) => {
    const ask = async (method, path, body) => {
      const answer = await fetch(`/api/v1/hearings/${path}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    const { people } = await ask('GET', id);
    const place = people.find((one) => one.role === 'defendant').point;
    const kept = people.map((one) => ({ id: one.id, name: one.name, role: one.role, point: one.point, own_screen: one.own_screen || one.role === role, account: one.account }));
    const changed = await ask('PATCH', id, { people: [...kept, ...added.map(({ there, ...one }) => ({ ...one, point: there ? place : null }))], screens: order.map((screen) => ({ ...screen, points: [place] })) });
    const invited = changed.people.find((one) => one.role === role);
    const { checklist } = await ask('GET', `${id}/preparation`);
    await ask('PATCH', `${id}/preparation`, { answers: Object.fromEntries(checklist.map(({ key }) => [key, { yes: true }])) });
    return (await ask('POST', `${id}/invite`, { person: invited.id })).code;
  }, { id: hearing, more, own, screens });
}

/** One point's camera shows several people, and its officer has a screen of their own; returns the officer's code. */
export function sharePoint(page, hearing) {
  const more = [['Ma Đình Tú', 'defendant'], ['Nông Thị Lan', 'interpreter']].map(([name, role]) => ({ name, role, there: true, own_screen: false }));
  return change(page, hearing, { more, own: 'point_officer' });
}

/** A witness with a screen and a place of their own, who is protected from the defendants' point; returns the witness's code. */
export function addWitness(page, hearing, name) {
  const screens = [{ of: [name], picture: true, voice: true, name: true }];
  return change(page, hearing, { more: [{ name, role: 'witness', there: false, own_screen: true }], own: 'witness', screens });
}

/** An interpreter with a screen of their own, at a place of their own; returns the interpreter's code. */
export function addInterpreter(page, hearing, name) {
  return change(page, hearing, { more: [{ name, role: 'interpreter', there: false, own_screen: true }], own: 'interpreter' });
}
