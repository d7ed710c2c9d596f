"use strict";

/* The tree of modules as a list of objects, each with its parent's index and the index after its last descendant. */
function moduleTree(data) {
  const modules = data.modules.map(([depth, ms, source, kind, conditional, statement], at) => ({
    at, depth, ms, statement, name: data.names[at], source: data.sources[source], kind: data.kinds[kind],
    conditional: Boolean(conditional), parent: -1, total: ms, end: at + 1,
    place: statement < 0 ? "entry point" : data.places[statement],
  }));
  const way = [];
  for (const each of modules) {
    way.length = each.depth;
    if (way.length) each.parent = way[way.length - 1];
    way.push(each.at);
  }
  for (const each of [...modules].reverse()) {
    if (each.parent < 0) continue;
    const parent = modules[each.parent];
    parent.total += each.total;
    parent.end = Math.max(parent.end, each.end);
  }
  return modules;
}

/* An icicle: a box for each module, as wide as what it costs with all that it loads. -1 is the whole boot. */
class Picture {
  static ROW = 24;
  static THINNEST = 3;

  constructor(element, modules, { chosen, zoomed }) {
    this.element = element;
    this.modules = modules;
    this.chosen = chosen;
    this.zoomed = zoomed;
    this.zoom = -1;
    this.current = 0;
    this.boxes = new Map();
    this.gone = () => false;
    this.hit = () => true;
    this.measureBy("cost");
    element.addEventListener("keydown", (event) => this.press(event));
    element.addEventListener("click", (event) => this.withBox(event, (at) => this.zoomTo(at)));
    element.addEventListener("focusin", (event) => this.withBox(event, (at) => this.choose(at)));
    new ResizeObserver(() => this.draw()).observe(element);
  }

  measureBy(measure) {
    const cost = measure === "cost" && this.modules.some((each) => each.total > 0);
    this.value = this.modules.map((each) => (cost ? each.total : each.end - each.at));
  }

  withBox(event, act) {
    const box = event.target.closest("[data-at]");
    if (box) act(Number(box.dataset.at));
  }

  /* Where each module begins, in units of what is measured: behind its parent's begin and its elder siblings. */
  begins() {
    const begins = [];
    const next = [];
    let end = 0;
    for (const { at, parent } of this.modules) {
      begins[at] = parent < 0 ? end : next[parent];
      next[at] = begins[at];
      if (parent < 0) end += this.value[at];
      else next[parent] += this.value[at];
    }
    return [begins, end];
  }

  draw() {
    const hadFocus = this.element.contains(document.activeElement);
    const [begins, end] = this.begins();
    const from = this.zoom < 0 ? 0 : begins[this.zoom];
    const span = (this.zoom < 0 ? end : this.value[this.zoom]) || 1;
    const width = this.element.clientWidth;
    const scale = width / span;
    const boxes = document.createDocumentFragment();
    this.boxes = new Map();
    let deepest = 0;
    for (const each of this.modules) {
      const isAbove = this.zoom >= 0 && each.at < this.zoom && this.zoom < each.end;
      const isInside = this.zoom < 0 || (each.at >= this.zoom && each.at < this.modules[this.zoom].end);
      const wide = isAbove ? width : this.value[each.at] * scale;
      if (!(isAbove || isInside) || wide < Picture.THINNEST) continue;
      deepest = Math.max(deepest, each.depth);
      boxes.append(this.box(each, isAbove ? 0 : (begins[each.at] - from) * scale, wide));
    }
    if (!this.boxes.has(this.current)) this.current = this.boxes.keys().next().value ?? 0;
    this.boxes.get(this.current)?.setAttribute("tabindex", "0");
    this.element.style.setProperty("--rows", deepest + 1);
    this.element.replaceChildren(boxes);
    if (hadFocus) this.boxes.get(this.current)?.focus({ preventScroll: true });
  }

  box(each, left, wide) {
    const box = document.createElement("div");
    box.className = `box ${each.kind} ${each.source}`;
    box.classList.toggle("conditional", each.conditional);
    box.classList.toggle("gone", this.gone(each.at));
    box.classList.toggle("dim", !this.hit(each.at));
    box.dataset.at = each.at;
    box.setAttribute("role", "treeitem");
    box.setAttribute("aria-level", each.depth + 1);
    box.setAttribute("aria-selected", each.at === this.zoom);
    box.setAttribute("aria-label", `${each.name}, ${milliseconds(each.total)} ms, ${each.place}`);
    box.tabIndex = -1;
    box.style.cssText = `left:${left}px;width:${wide}px;top:${each.depth * Picture.ROW}px`;
    if (wide > 24) box.textContent = each.name;
    this.boxes.set(each.at, box);
    return box;
  }

  zoomTo(at) {
    this.current = Math.max(at, 0);
    this.zoom = at;
    this.draw();
    this.zoomed(at);
  }

  out() {
    if (this.zoom >= 0) this.zoomTo(this.modules[this.zoom].parent);
  }

  /* Show a module however thin it is: zoomed to its parent if it is drawn there, else to itself. */
  show(at) {
    this.zoom = this.modules[at].parent;
    this.current = at;
    this.draw();
    if (!this.boxes.has(at)) this.zoomTo(at);
    else this.zoomed(this.zoom);
    this.current = at;
    this.boxes.get(at)?.scrollIntoView({ block: "nearest" });
    this.choose(at);
  }

  choose(at) {
    this.boxes.get(this.current)?.setAttribute("tabindex", "-1");
    this.current = at;
    this.boxes.get(at)?.setAttribute("tabindex", "0");
    this.chosen(at);
  }

  press(event) {
    const here = this.modules[this.current];
    const level = [...this.boxes.keys()].filter((at) => this.modules[at].depth === here.depth);
    const place = level.indexOf(this.current);
    const moves = {
      ArrowDown: () => [...this.boxes.keys()].find((at) => this.modules[at].parent === here.at),
      ArrowUp: () => (here.parent < 0 ? undefined : here.parent),
      ArrowLeft: () => level[place - 1],
      ArrowRight: () => level[place + 1],
      Home: () => level[0],
      End: () => level[level.length - 1],
    };
    const acts = { Enter: () => this.zoomTo(here.at), " ": () => this.zoomTo(here.at), Escape: () => this.out() };
    if (event.key in moves) this.boxes.get(moves[event.key]())?.focus();
    else if (event.key in acts) acts[event.key]();
    else return;
    event.preventDefault();
  }
}

/* A duration for people: a decimal below 10 ms, thousands apart. */
function milliseconds(ms) {
  const digits = Math.abs(ms) < 9.95 ? 1 : 0;
  return ms.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
