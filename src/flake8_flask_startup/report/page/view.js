"use strict";

(() => {
  const PAGE = 100; // rows of the table at a time
  const LEAST = 0.05; // ms: less is rounded to nothing
  const data = JSON.parse(document.getElementById("data").textContent);
  const find = (id) => document.getElementById(id);
  const boot = bootCosts(data);
  const modules = moduleTree(data);
  const savings = new Map();
  const ticked = new Set();
  let query = "";
  let hits = new Set(modules.keys());
  let left = null;
  let rows = PAGE;
  let sorting = { key: "total", falling: true };

  const picture = new Picture(find("picture"), modules, {
    chosen: (at) => fill(find("details"), facts(at)),
    zoomed: (at) => {
      find("out").disabled = find("whole").disabled = at < 0;
    },
  });
  picture.gone = (at) => left !== null && !left[at];
  picture.hit = (at) => hits.has(at);

  function saving(statement) {
    if (!savings.has(statement)) savings.set(statement, boot.now - boot.without([statement]).ms);
    return savings.get(statement);
  }

  function route(at) {
    const places = [];
    for (let each = modules[at]; each.parent >= 0; each = modules[each.parent]) places.unshift(each.place);
    return places.join(" > ");
  }

  function kind(each) {
    const source = each.source === "unknown" ? "no figure" : each.source;
    return [each.kind, source, ...(each.conditional ? ["under a condition"] : [])].join(", ");
  }

  function facts(at) {
    const each = modules[at];
    const said = [
      ["Module", each.name],
      ["Cost", `${milliseconds(each.ms)} ms itself, ${milliseconds(each.total)} ms with what it loads first`],
      ["What", kind(each)],
      ["Statement", each.place],
    ];
    if (each.depth > 1) said.push(["Route", route(at)]);
    if (each.statement >= 0) said.push(["Saving", `${milliseconds(saving(each.statement))} ms without this statement alone`]);
    if (picture.gone(at)) said.push(["Steps", "not loaded any more after the ticked steps"]);
    return said;
  }

  function fill(list, said) {
    list.replaceChildren(
      ...said.flatMap(([label, text]) => {
        const term = document.createElement("dt");
        const value = document.createElement("dd");
        term.textContent = label;
        value.textContent = text;
        return [term, value];
      }),
    );
  }

  /* the plan */

  function recompute() {
    const gone = [...ticked].flatMap((step) => data.plan[step]);
    const rest = boot.without(gone);
    left = ticked.size ? rest.loaded : null;
    const after = find("after");
    after.dataset.ms = rest.ms;
    const steps = ticked.size === 1 ? "the ticked step" : `the ${ticked.size} ticked steps`;
    after.textContent = ticked.size
      ? `${milliseconds(rest.ms)} ms after ${steps}: ${milliseconds(boot.now - rest.ms)} ms less, ` +
        `${rest.loaded.reduce((sum, flag, name) => sum + (name < modules.length ? flag : 0), 0).toLocaleString("en")} modules`
      : "";
    picture.draw();
    table();
    packages(rest.parts);
    findings(new Set(gone.map((statement) => data.statements[statement])));
  }

  /* What startup would pay for each package. */
  function packages(parts) {
    for (const row of document.querySelectorAll("[data-package]")) {
      const ms = parts[data.packages.indexOf(row.dataset.package)];
      row.lastElementChild.textContent = ticked.size ? milliseconds(ms) : "";
      row.classList.toggle("gone", ticked.size > 0 && ms < LEAST);
    }
  }

  /* Findings about statements that would be gone. */
  function findings(places) {
    for (const row of document.querySelectorAll("[data-place]")) row.classList.toggle("gone", places.has(row.dataset.place));
  }

  for (const box of document.querySelectorAll("[data-step]")) {
    box.addEventListener("change", () => {
      ticked[box.checked ? "add" : "delete"](Number(box.dataset.step));
      recompute();
    });
  }

  /* the search */

  function search() {
    query = find("search").value.trim().toLowerCase();
    hits = new Set();
    let ms = 0;
    for (const each of modules) {
      if (each.name.toLowerCase().includes(query) || each.place.toLowerCase().includes(query)) {
        hits.add(each.at);
        ms += each.ms;
      }
    }
    find("matches").textContent = query
      ? `${hits.size.toLocaleString("en")} ${hits.size === 1 ? "module matches" : "modules match"}, ${milliseconds(ms)} ms`
      : "";
    rows = PAGE;
    picture.draw();
    table();
  }

  let match = 0;
  find("search").addEventListener("input", () => {
    match = 0;
    search();
  });
  find("search").addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      find("search").value = "";
      search();
    } else if (event.key === "Enter" && query && hits.size) {
      const dearest = [...hits].sort((one, other) => modules[other].total - modules[one].total || one - other);
      picture.show(dearest[match++ % dearest.length]);
    }
  });

  /* the table */

  const order = {
    order: (each) => each.at,
    name: (each) => each.name,
    self: (each) => each.ms,
    total: (each) => each.total,
  };

  function cell(tag, text, name = "") {
    const made = document.createElement(tag);
    made.textContent = text;
    made.className = name;
    return made;
  }

  function table() {
    const key = order[sorting.key];
    const found = modules.filter((each) => hits.has(each.at)).sort((one, other) => {
      const [low, high] = sorting.falling ? [key(other), key(one)] : [key(one), key(other)];
      return low < high ? -1 : low > high ? 1 : one.at - other.at;
    });
    const lines = found.slice(0, rows).map((each) => {
      const line = document.createElement("tr");
      const name = cell("th", "");
      const show = cell("button", each.name, "link");
      name.scope = "row";
      show.type = "button";
      show.addEventListener("click", () => picture.show(each.at));
      name.append(show);
      line.classList.toggle("gone", picture.gone(each.at));
      const own = each.source === "unknown" ? "-" : milliseconds(each.ms);
      line.append(
        cell("td", each.at + 1, "figure"), name, cell("td", own, "figure"),
        cell("td", milliseconds(each.total), "figure"), cell("td", kind(each), "kind"), cell("td", each.place),
      );
      return line;
    });
    find("modules").tBodies[0].replaceChildren(...lines);
    find("more").hidden = found.length <= rows;
    find("more").textContent = `${PAGE} more of ${found.length.toLocaleString("en")}`;
  }

  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => {
      const key = button.dataset.key;
      sorting = { key, falling: sorting.key === key ? !sorting.falling : key !== "name" && key !== "order" };
      for (const head of find("modules").tHead.rows[0].cells) if (head.ariaSort) head.ariaSort = "none";
      button.parentElement.ariaSort = sorting.falling ? "descending" : "ascending";
      table();
    });
  }
  find("more").addEventListener("click", () => {
    rows += PAGE;
    table();
  });

  /* the picture's tools */

  find("out").addEventListener("click", () => picture.out());
  find("whole").addEventListener("click", () => picture.zoomTo(-1));
  find("measure").addEventListener("change", (event) => {
    picture.measureBy(event.target.value);
    picture.draw();
  });
  find("picture").addEventListener("mousemove", (event) => {
    const box = event.target.closest("[data-at]");
    const tip = find("tip");
    tip.hidden = !box;
    if (!box) return;
    if (tip.dataset.at !== box.dataset.at) {
      tip.dataset.at = box.dataset.at;
      const list = document.createElement("dl");
      fill(list, facts(Number(box.dataset.at)));
      tip.replaceChildren(list);
    }
    const { offsetWidth, offsetHeight } = tip;
    tip.style.left = `${Math.max(0, Math.min(event.clientX + 12, innerWidth - offsetWidth - 12))}px`;
    const below = event.clientY + 16;
    tip.style.top = `${below + offsetHeight > innerHeight ? Math.max(0, event.clientY - offsetHeight - 12) : below}px`;
  });
  find("picture").addEventListener("mouseleave", () => {
    find("tip").hidden = true;
  });

  /* light and dark */

  const theme = find("theme");
  function paint(dark) {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
    theme.ariaPressed = String(dark);
  }
  paint(matchMedia("(prefers-color-scheme: dark)").matches);
  theme.addEventListener("click", () => paint(theme.ariaPressed !== "true"));

  find("now").textContent = milliseconds(boot.now);
  table();
  picture.draw();
})();
