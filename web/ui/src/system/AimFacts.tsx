import type { Aim } from "./Diagram.tsx";
import type { Picture } from "./picture.ts";
import { perSecond } from "./rates.ts";
import { megabytes } from "./words.ts";

/** What the diagram has no room for: of the service or the way that is pointed at. */
export function AimFacts({ aim, picture }: { aim: Aim | undefined; picture: Picture }) {
  const facts = picture.services.find(({ service }) => service === aim?.service);
  if (aim === undefined || facts === undefined) {
    return (
      <p className="quiet small aim-facts">
        Point at a service or an arrow, or reach it with the Tab key: here is what it is. The tables
        below have everything.
      </p>
    );
  }
  if (aim.part === "service") {
    const { database } = facts;
    return (
      <p className="small aim-facts">
        <strong>{aim.service}</strong> {DOES[aim.service]}{" "}
        {database &&
          `Its database: ${megabytes(database.bytes)}, ${database.connections} connections, ` +
            `${database.steps} steps, ${database.parked} messages set aside.`}
      </p>
    );
  }
  const { streams } = facts[aim.part];
  return (
    <div className="small aim-facts">
      <strong>
        {aim.part === "out" ? `What ${aim.service} says` : `What ${aim.service} hears`}
      </strong>
      {streams.length === 0 && " nothing but answers."}
      <ul className="aim-streams tabular">
        {streams.map(({ stream, listener, said, lag, rate }) => (
          <li key={`${stream} ${listener}`}>
            {stream}: {said} said, {perSecond(rate)}
            {aim.part === "in" && lag !== null && `, ${lag} still to be heard by ${listener}`}
          </li>
        ))}
      </ul>
    </div>
  );
}

const DOES: Record<Aim["service"], string> = {
  web: "is the gateway: REST, sockets and these pages. It has no database.",
  ordering: "keeps the life of an order, from intake to its last state.",
  portfolio: "keeps cash and shares, and sets aside what an order may cost.",
  matching: "keeps the books, and trades.",
  "stock-data": "keeps instruments, prices and candles.",
  accounts: "knows who people are.",
};
