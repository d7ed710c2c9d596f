"use strict";

/* What a boot costs, and what it costs without some of its statements: StartupCosts in JavaScript. */
function bootCosts(data) {
  const linksOf = data.names.map(() => []);
  for (const link of data.links) linksOf[link[0]].push(link);
  const isFlask = data.names.map((name) => name === "flask" || name.startsWith("flask."));
  const around = data.names.map((name) => {
    const parts = name.split(".");
    const packages = parts.map((_, at) => parts.slice(0, at + 1).join("."));
    return packages.filter((each) => !data.namespaces.includes(each));
  });

  const weights = new Float64Array(data.packages.length);
  data.weight.forEach((weight, name) => {
    weights[data.package[name]] += weight;
  });

  /* What is loaded when the edges of these statements are gone: a flag for each name. */
  function reachable(gone) {
    const loaded = new Uint8Array(data.names.length);
    const pending = [...data.roots];
    for (const root of pending) loaded[root] = 1;
    while (pending.length) {
      for (const [, statement, ...targets] of linksOf[pending.pop()]) {
        if (gone.has(statement)) continue;
        for (const target of targets) {
          if (!loaded[target]) {
            loaded[target] = 1;
            pending.push(target);
          }
        }
      }
    }
    return loaded;
  }

  const whole = reachable(new Set());

  /* These names, and those of the whole boot that come with what their rows load. */
  function withBrought(loaded) {
    const pieces = new Set();
    loaded.forEach((flag, name) => {
      if (flag && data.row[name] >= 0) data.rows[data.row[name]].forEach((piece, at) => at % 2 || pieces.add(piece));
    });
    return loaded.map((flag, name) => flag || Number(whole[name] && pieces.has(data.with[name])));
  }

  /* What a boot that loads these names costs: the ms of each package; distinct pieces at their largest, estimates
     for what no row covers. */
  function costs(loaded) {
    const rows = new Set();
    loaded.forEach((flag, name) => flag && data.row[name] >= 0 && rows.add(data.row[name]));
    const pieces = new Map();
    for (const row of rows) {
      const parts = data.rows[row];
      for (let at = 0; at < parts.length; at += 2) {
        pieces.set(parts[at], Math.max(parts[at + 1], pieces.get(parts[at]) ?? 0));
      }
    }
    const paid = new Float64Array(data.packages.length);
    const covered = new Set();
    for (const [piece, ms] of pieces) {
      covered.add(data.packages[data.piece[piece]]);
      paid[data.piece[piece]] += ms;
    }
    loaded.forEach((flag, name) => {
      if (!flag || !data.estimate[name]) return;
      if (data.own[name] || !around[name].some((each) => covered.has(each))) paid[data.package[name]] += data.estimate[name];
    });
    if (loaded.some((flag, name) => flag && isFlask[name])) paid[data.flaskPackage] += data.flask;
    return paid;
  }

  /* What fraction of each package surely stays: all of it with a module whose row is a package's, or as much as its
     modules that stay are of those it loads. */
  function shares(loaded) {
    const found = new Float64Array(data.packages.length);
    loaded.forEach((flag, name) => {
      if (flag && data.partly[name]) found[data.package[name]] = 1;
    });
    const kept = new Float64Array(data.packages.length);
    loaded.forEach((flag, name) => {
      if (flag) kept[data.package[name]] += data.weight[name];
    });
    weights.forEach((weight, each) => {
      if (weight) found[each] = kept[each] / weight;
    });
    return found;
  }

  /* The boot without these statements: what it costs in ms, what it pays for each package, and what it still loads. */
  function without(statements) {
    const loaded = reachable(new Set(statements));
    const share = shares(loaded);
    const parts = costs(withBrought(loaded)).map((paid, each) => Math.max(paid, share[each] * data.total[each]));
    return { ms: parts.reduce((sum, ms) => sum + ms, 0), parts, loaded };
  }

  return { without, now: data.total.reduce((sum, ms) => sum + ms, 0) };
}
