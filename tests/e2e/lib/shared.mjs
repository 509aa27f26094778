// A hearing of which one point's camera shows several people, and whose officer has a screen of their own.

/** Changes the demonstration's plan so, as its clerk (logged in on `page`) may; returns the officer's code. */
export async function sharePoint(page, hearing) {
  return page.evaluate(async (id) => {
    const ask = async (method, path, body) => {
      const answer = await fetch(`/api/v1/hearings/${path}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    const { people } = await ask('GET', id);
    const point = people.find((one) => one.role === 'defendant').point;
    const kept = people.map(({ id: person, name, role, point: at, own_screen, account }) => ({ id: person, name, role, point: at, own_screen: own_screen || role === 'point_officer', account }));
    const more = [['Ma Đình Tú', 'defendant'], ['Nông Thị Lan', 'interpreter']].map(([name, role]) => ({ name, role, point, own_screen: false }));
    const changed = await ask('PATCH', id, { people: [...kept, ...more] });
    const officer = changed.people.find((one) => one.role === 'point_officer');
    return (await ask('POST', `${id}/invite`, { person: officer.id })).code;
  }, hearing);
}
