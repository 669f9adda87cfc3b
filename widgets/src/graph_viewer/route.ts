/** The lines of a level: from box to box through the gaps between rows, around what is between. */
import { MOST_LABELS, type Prepared, type Route } from "./layered";
import type { Box, Rows } from "./layout";
import type { Link } from "./structure";

/**
 * One line. Its points are in pairs: a straight stretch from the first to the second of each pair,
 * and a curve from there to the next pair.
 */
export interface Piece {
  link: Link | null;
  points: number[];
  upward: boolean;
  isLoose: boolean;
  /** Whether it ends at a closed box, and so has an arrow there. */
  hasArrow: boolean;
}

/** A pill with a shape. */
export interface Label {
  x: number;
  y: number;
  width: number;
  text: string;
  links: Link[];
  /** The part it leaves. */
  part: number;
}

/** An end of a route at a closed box, and where the line comes from. */
interface End {
  route: Route;
  from: number;
}

const STUB = 34;

export function routeLevel(
  prepared: Prepared,
  boxes: Box[],
  x: Float64Array,
  rows: Rows,
): { pieces: Piece[]; labels: Label[] } {
  const { members, routes } = prepared;
  placeExits(prepared, x);
  const exitX = new Map<Link, number>();
  members.forEach(({ exits, width }, node) => {
    for (const exit of exits)
      for (const link of exit.links) exitX.set(link, boxes[node]!.x + width / 2 + exit.at);
  });
  const startX = ({ link }: Route) =>
    exitX.get(link) ?? portXOf(prepared, boxes, x, link, link.source);
  const entryX = placeEntries(prepared, boxes, x, startX);
  const endX = (route: Route) =>
    entryX.get(route) ?? portXOf(prepared, boxes, x, route.link, route.link.target);

  const pieces = routes.map((route) =>
    drawRoute(prepared, boxes, x, rows, route, startX(route), endX(route)),
  );
  const labels: Label[] = [];
  members.forEach((member, node) => {
    const box = boxes[node]!;
    for (const upward of [false, true]) {
      const exits = member.exits.filter((exit) => exit.upward === upward);
      for (const { at, text, width, links } of exits) {
        const from = box.x + member.width / 2 + at;
        const edge = upward ? box.y : box.y + member.height;
        const towards = upward ? -1 : 1;
        if (!links.length)
          pieces.push({
            link: null,
            points: [from, edge, from, edge + towards * STUB],
            upward,
            isLoose: false,
            hasArrow: true,
          });
        if (exits.length > MOST_LABELS) continue;
        labels.push({
          x: from,
          y: edge + towards * 14,
          width,
          text,
          links,
          part: member.part.index,
        });
      }
    }
  });
  return { pieces, labels };
}

/** Spreads the exits of each box along its side, in the order of where they lead. */
function placeExits({ members, routes }: Prepared, x: Float64Array): void {
  const leadsTo = new Map<Link, number>();
  for (const { link, nodes } of routes) leadsTo.set(link, x[nodes[1]!]!);
  const middle = (links: Link[]) =>
    links.reduce((sum, link) => sum + leadsTo.get(link)!, 0) / Math.max(1, links.length);
  for (const member of members)
    for (const upward of [false, true]) {
      const exits = member.exits.filter((exit) => exit.upward === upward);
      exits.sort((a, b) => middle(a.links) - middle(b.links));
      const isCrowded = exits.length > MOST_LABELS;
      const step = (member.width - 24) / Math.max(1, exits.length - 1);
      const room = exits.reduce((sum, exit) => sum + exit.width + 8, -8);
      let at = isCrowded ? 12 - member.width / 2 : -room / 2;
      for (const exit of exits) {
        exit.at = isCrowded ? at : at + exit.width / 2;
        at += isCrowded ? step : exit.width + 8;
      }
    }
}

/** Where each link enters a closed box: straight from where it comes, as far as there is room. */
function placeEntries(
  { members, routes }: Prepared,
  boxes: Box[],
  x: Float64Array,
  startX: (route: Route) => number,
): Map<Route, number> {
  const ends = new Map<string, End[]>();
  for (const route of routes) {
    const member = members[route.link.target];
    if (!member || member.inner) continue;
    const before = route.nodes.at(-2)!;
    const from = before === route.link.source ? startX(route) : x[before]!;
    const key = `${route.link.target} ${route.upward}`;
    ends.set(key, [...(ends.get(key) ?? []), { route, from }]);
  }
  const entryX = new Map<Route, number>();
  for (const list of ends.values()) {
    list.sort((a, b) => a.from - b.from);
    const node = list[0]!.route.link.target;
    const [left, width] = [boxes[node]!.x + 14, members[node]!.width - 28];
    const step = Math.min(16, width / Math.max(1, list.length - 1));
    let least = left;
    const places = list.map(({ from }) => {
      const place = Math.max(least, Math.min(from, left + width));
      least = place + step;
      return place;
    });
    let most = left + width;
    for (let at = places.length - 1; at >= 0; at--) {
      places[at] = Math.min(places[at]!, most);
      most = places[at]! - step;
      entryX.set(list[at]!.route, places[at]!);
    }
  }
  return entryX;
}

/** Where a link crosses the border of an open member, or of the level itself. */
function portXOf(
  { members }: Prepared,
  boxes: Box[],
  x: Float64Array,
  link: Link,
  node: number,
): number {
  const inner = members[node]?.inner;
  return inner ? boxes[node]!.x + inner.portX.get(link)! : x[node]!;
}

function drawRoute(
  { level, members }: Prepared,
  boxes: Box[],
  x: Float64Array,
  rows: Rows,
  route: Route,
  startX: number,
  endX: number,
): Piece {
  const { link, nodes, upward, isLoose } = route;
  const rowOf = (node: number) => {
    if (node < members.length) return level.ranks[node]! + 1;
    return level.ports[node - members.length]?.atTop ? 0 : level.rows + 1;
  };
  /** The side of a row where a line leaves it, and the side where it arrives. */
  const [leaving, arriving] = upward ? [rows.top, rows.bottom] : [rows.bottom, rows.top];
  const sideOf = (node: number, far: boolean) => {
    const box = boxes[node];
    if (!box) return rowOf(node) === 0 ? 0 : rows.height;
    return far !== upward ? box.y + box.member.height : box.y;
  };
  const [source, target] = [link.source, link.target];
  const points = [startX, sideOf(source, true), startX, leaving[rowOf(source)]!];
  const step = upward ? -1 : 1;
  let row = rowOf(source) + step;
  if (!isLoose)
    for (const bend of nodes.slice(1, -1)) {
      points.push(x[bend]!, arriving[row]!, x[bend]!, leaving[row]!);
      row += step;
    }
  points.push(endX, arriving[rowOf(target)]!, endX, sideOf(target, false));
  const hasArrow = members[target] !== undefined && !members[target].inner;
  return { link, points, upward, isLoose, hasArrow };
}
