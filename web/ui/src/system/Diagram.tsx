import type { KeyboardEvent } from "react";
import type { Timestamp } from "../wire.ts";
import { wayOf } from "./layout.ts";
import type { Box, Layout, Point } from "./layout.ts";
import type { Picture, Service, ServiceFacts, Way } from "./picture.ts";
import { perSecond } from "./rates.ts";
import { age, count, megabytes, stateOf, wayLabel, wayName } from "./words.ts";

/** What somebody points at: a service, or one of its ways. */
export interface Aim {
  service: Service;
  part: "service" | "out" | "in";
}

interface Props {
  picture: Picture;
  at: Timestamp;
  place: Layout;
  /** Messages of an order on its way. */
  dots: Point[];
  /** Where the order is. */
  active: string | undefined;
  aim: Aim | undefined;
  onAim: (aim: Aim) => void;
}

/** The tables below say the same in words. */
export function Diagram({ picture, at, place, dots, active, aim, onAim }: Props) {
  const { width, height } = place;
  return (
    <svg
      className="diagram"
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label="The six services around RabbitMQ"
    >
      <Broker picture={picture} at={at} place={place} />
      <Client place={place} active={active === "client"} />
      {picture.services.map((facts) => (
        <g key={facts.service}>
          <Store facts={facts} place={place} />
          {(["out", "in"] as const).map((part) => (
            <WayLine
              key={part}
              service={facts.service}
              way={facts[part]}
              part={part}
              place={place}
              isAim={aim?.service === facts.service && aim.part === part}
              onAim={onAim}
            />
          ))}
          <ServiceBox
            facts={facts}
            at={at}
            box={place.boxes[facts.service]}
            isActive={active === facts.service}
            isAim={aim?.service === facts.service && aim.part === "service"}
            onAim={onAim}
          />
        </g>
      ))}
      {dots.map(({ x, y }, n) => (
        <circle key={n} className="dot" cx={x} cy={y} r={8} />
      ))}
    </svg>
  );
}

function corner({ x, y, width, height }: Box) {
  return { x: x - width / 2, y: y - height / 2, width, height };
}

function Broker({ picture, at, place }: Pick<Props, "picture" | "at" | "place">) {
  const { broker, shape } = place;
  const process = picture.servers.find(({ name }) => name === "rabbitmq");
  const state = process && stateOf(process, at);
  const turn = shape === "tall" ? `rotate(-90 ${broker.x} ${broker.y})` : undefined;
  return (
    <g className={`box box-${state?.tone ?? "well"}`}>
      <rect {...corner(broker)} rx={10} />
      <text x={broker.x} y={broker.y} transform={turn} className="middle">
        <tspan className="strong">RabbitMQ</tspan> {state?.sign} {state?.word}
      </text>
    </g>
  );
}

function Client({ place, active }: { place: Layout; active: boolean }) {
  const [client, web] = [place.boxes.client, place.boxes.web];
  return (
    <g className={`box client ${active ? "box-active" : ""}`}>
      <path className="way" d={`M${client.x} ${client.y}L${web.x} ${web.y - web.height / 2}`} />
      <rect {...corner(client)} rx={20} />
      <text x={client.x} y={client.y} className="middle">
        Browsers and programs
      </text>
    </g>
  );
}

/** A pointer, a focus or a click shows its facts. */
function aiming(aim: Aim, isAim: boolean, onAim: Props["onAim"]) {
  const take = () => {
    onAim(aim);
  };
  return {
    role: "button",
    tabIndex: 0,
    "aria-pressed": isAim,
    onPointerEnter: take,
    onFocus: take,
    onClick: take,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        take();
      }
    },
  };
}

interface BoxProps {
  facts: ServiceFacts;
  at: Timestamp;
  box: Box;
  isActive: boolean;
  isAim: boolean;
  onAim: Props["onAim"];
}

function ServiceBox({ facts, at, box, isActive, isAim, onAim }: BoxProps) {
  const { service, process } = facts;
  const { sign, word, tone } = stateOf(process, at);
  const { x, y } = corner(box);
  return (
    <g
      className={`box box-${tone} ${isActive ? "box-active" : ""} ${isAim ? "box-aim" : ""}`}
      {...aiming({ service, part: "service" }, isAim, onAim)}
    >
      <rect {...corner(box)} rx={10} />
      <text x={x + 14} y={box.y - 14} className="strong title">
        {service}{" "}
      </text>
      <text x={x + box.width - 14} y={box.y - 14} className="end state">
        {sign} {word}{" "}
      </text>
      <text x={x + 14} y={y + box.height - 18} className="faint">
        {process.pid === null ? "no process" : `process ${process.pid}, ${age(process.since, at)}`}
        {process.restarts > 0 && `, ${count(process.restarts, "restart")}`}
      </text>
    </g>
  );
}

/** Of the ellipse at its top. */
const ROUNDING = 6;

function Store({ facts, place }: { facts: ServiceFacts; place: Layout }) {
  const box = place.databases[facts.service];
  if (box === undefined) return null;
  const { x, y, width, height } = corner(box);
  const arc = `a${width / 2} ${ROUNDING} 0 0`;
  const body = `M${x} ${y + ROUNDING}${arc} 1 ${width} 0v${height - 2 * ROUNDING}${arc} 1 ${-width} 0z`;
  const { database } = facts;
  const parked = database?.parked ?? 0;
  return (
    <g className={`box store ${parked > 0 ? "box-warn" : ""}`}>
      <path className="way" d={`M${box.x} ${box.y}L${box.x} ${place.boxes[facts.service].y}`} />
      <path className="shape" d={body} />
      <path className="rim" d={`M${x} ${y + ROUNDING}${arc} 0 ${width} 0`} />
      <text x={box.x} y={box.y + ROUNDING / 2} className="middle faint">
        {database === undefined
          ? "database: no answer"
          : parked > 0
            ? `${megabytes(database.bytes)} ▲ ${parked} parked`
            : `${megabytes(database.bytes)}, ${perSecond(database.rate).replace("/", " commits/")}`}
      </text>
    </g>
  );
}

interface WayProps {
  service: Service;
  way: Way;
  part: "out" | "in";
  place: Layout;
  isAim: boolean;
  onAim: Props["onAim"];
}

function WayLine({ service, way, part, place, isAim, onAim }: WayProps) {
  const [from, to] = wayOf(place, service, part);
  const line = `M${from.x} ${from.y}L${to.x} ${to.y}`;
  const isTall = place.shape === "tall";
  const label = wayLabel(way, isTall);
  const flows = way.rate !== null && way.rate > 0;
  return (
    <g
      className={`way-${part} ${way.behind ? "way-behind" : ""} ${isAim ? "way-aim" : ""}`}
      aria-label={wayName(service, part, label)}
      {...aiming({ service, part }, isAim, onAim)}
    >
      {/* Easier to meet than the line itself. */}
      <path className="way-room" d={line} />
      <path className="way" d={line} strokeWidth={1.5 + Math.log2(1 + (way.rate ?? 0)) / 2} />
      {flows && <path className="flow" d={line} />}
      <path className="head" d={head(from, to)} />
      <WayLabel {...{ part, from, to, isTall }} text={label} />
    </g>
  );
}

/** The arrow's head. */
function head(from: Point, to: Point): string {
  const [dx, dy] = [Math.sign(to.x - from.x), Math.sign(to.y - from.y)];
  const [x, y] = [to.x - dx * 9, to.y - dy * 9];
  return `M${to.x} ${to.y}L${x + dy * 5} ${y + dx * 5}L${x - dy * 5} ${y - dx * 5}z`;
}

interface LabelProps {
  text: string;
  part: "out" | "in";
  from: Point;
  to: Point;
  isTall: boolean;
}

/** Beside its way: above or below, where that lies. */
function WayLabel({ text, part, from, to, isTall }: LabelProps) {
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const place = isTall
    ? { x, y: y + (part === "out" ? -8 : 16), className: "label middle" }
    : { x: x + (part === "out" ? -9 : 9), y, className: part === "out" ? "label end" : "label" };
  return <text {...place}>{text}</text>;
}
