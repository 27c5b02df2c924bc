/** What the diagram shows, as tables. */

import { Badge } from "@mantine/core";
import { Panel } from "../parts/Panel.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import type { Column } from "../parts/Table.tsx";
import type { DatabaseStatus, ProcessStatus, System } from "../wire.ts";
import type { Picture, QueueFacts, StreamFacts } from "./picture.ts";
import { perSecond } from "./rates.ts";
import { age, megabytes, nameOf, stateOf } from "./words.ts";

const numeric = (...titles: string[]): Column[] =>
  titles.map((title) => ({ title, numeric: true }));

const PROCESSES = [
  { title: "Process" },
  { title: "State" },
  ...numeric("Id", "Up for", "Restarts"),
];
const DATABASES = [
  { title: "Database of" },
  ...numeric("Size", "Connections", "Commits", "Steps", "Parked"),
];
const STREAMS = [
  { title: "Stream" },
  { title: "Heard by" },
  ...numeric("Said", "Rate", "Heard", "Lag"),
];
const QUEUES = [
  { title: "Queue" },
  { title: "State" },
  ...numeric("Messages", "Unacknowledged", "Consumers", "In", "Out", "Acknowledged"),
];

interface Props {
  system: System;
  picture: Picture;
  stale: boolean;
}

export function SystemTables({ system, picture, stale }: Props) {
  const databases = picture.services.flatMap(({ database }) => database ?? []);
  return (
    <>
      <div className="system-pair">
        <Panel title="Processes" flush stale={stale}>
          <Table caption="Processes" columns={PROCESSES}>
            {system.processes.map((process) => (
              <ProcessRow key={process.name} process={process} at={system.at} />
            ))}
          </Table>
        </Panel>
        <Panel title="Databases" flush stale={stale}>
          <Table caption="Databases" columns={DATABASES}>
            {system.databases === null && <NoAnswer columns={DATABASES} />}
            {databases.map((database) => (
              <DatabaseRow key={database.service} database={database} />
            ))}
          </Table>
        </Panel>
      </div>
      <Panel title="Streams" flush stale={stale}>
        <Table caption="Streams" columns={STREAMS}>
          {system.streams === null && <NoAnswer columns={STREAMS} />}
          {picture.streams.map((facts) => (
            <StreamRow key={`${facts.stream} ${facts.listener}`} facts={facts} />
          ))}
        </Table>
      </Panel>
      <Panel title="Queues" flush stale={stale}>
        <Table caption="Queues" columns={QUEUES}>
          {picture.queues === null && <NoAnswer columns={QUEUES} />}
          {picture.queues?.map((facts) => (
            <QueueRow key={facts.name} facts={facts} />
          ))}
        </Table>
        <p className="quiet small table-note">
          RabbitMQ counts every five seconds. “dead” has what could not be delivered, and stays
          empty.
        </p>
      </Panel>
    </>
  );
}

function NoAnswer({ columns }: { columns: Column[] }) {
  return <EmptyRow columns={columns.length}>No answer at this moment.</EmptyRow>;
}

const BADGE = { well: "teal", warn: "orange", bad: "red" };

function ProcessRow({ process, at }: { process: ProcessStatus; at: string }) {
  const { name, pid, since, restarts } = process;
  const { sign, word, tone } = stateOf(process, at);
  return (
    <tr data-process={name} data-state={process.state}>
      <th scope="row">{nameOf(name)}</th>
      <td>
        <Badge color={BADGE[tone]} variant="light" leftSection={<span aria-hidden>{sign}</span>}>
          {word}
        </Badge>
      </td>
      <td className="number">{pid ?? "–"}</td>
      <td className="number">{age(since, at)}</td>
      <td className="number">{restarts}</td>
    </tr>
  );
}

function DatabaseRow({ database }: { database: DatabaseStatus & { rate: number | null } }) {
  const { service, bytes, connections, rate, steps, parked } = database;
  return (
    <tr data-database={service}>
      <th scope="row">{service}</th>
      <td className="number">{megabytes(bytes)}</td>
      <td className="number">{connections}</td>
      <td className="number">{perSecond(rate)}</td>
      <td className="number">{steps}</td>
      <td className="number">{parked > 0 ? `▲ ${parked}` : parked}</td>
    </tr>
  );
}

function StreamRow({ facts }: { facts: StreamFacts }) {
  const { stream, listener, said, heard, lag, rate } = facts;
  return (
    <tr data-stream={`${stream} ${listener}`}>
      <th scope="row">{stream}</th>
      <td>{listener}</td>
      <td className="number">{said}</td>
      <td className="number">{perSecond(rate)}</td>
      <td className="number">{heard ?? "–"}</td>
      <td className="number">{lag ?? "–"}</td>
    </tr>
  );
}

/** Of a name that is made up for one instance, the beginning tells enough. */
const NAME_CHARACTERS = 28;

function QueueRow({ facts }: { facts: QueueFacts }) {
  const { name, state, messages, unacknowledged, consumers } = facts;
  const short = name.length > NAME_CHARACTERS ? `${name.slice(0, NAME_CHARACTERS)}…` : name;
  return (
    <tr data-queue={name}>
      <th scope="row" title={name}>
        {short}
      </th>
      <td>{state ?? "unknown"}</td>
      <td className="number">{messages}</td>
      <td className="number">{unacknowledged}</td>
      <td className="number">{consumers}</td>
      <td className="number">{perSecond(facts.published)}</td>
      <td className="number">{perSecond(facts.delivered)}</td>
      <td className="number">{perSecond(facts.acknowledged)}</td>
    </tr>
  );
}
