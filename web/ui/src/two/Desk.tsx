/** One of two desks: somebody else than the browser's cookie says, with a session and news of his own. */

import { Alert, Button } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { ask } from "../api.ts";
import { useMe } from "../hooks/session.ts";
import { LiveProvider } from "../live/LiveProvider.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Loading } from "../parts/Loading.tsx";
import { makeQueryClient } from "../queries.ts";
import { SeatContext, seatOf } from "../seat.ts";
import type { DemoPerson, DemoSession } from "../wire.ts";
import { DeskPanels } from "./DeskPanels.tsx";
import { lasting } from "./lasting.ts";

interface Props {
  person: DemoPerson;
  symbol: string;
  /** Something happened to one of his orders. */
  onNews: () => void;
}

/** Mount it anew for somebody else. */
export function Desk(props: Props) {
  const [entrance, setEntrance] = useState(0);
  return (
    <Seated
      key={entrance}
      {...props}
      onEnter={() => {
        setEntrance(entrance + 1);
      }}
    />
  );
}

function sit({ user_id, name }: DemoPerson) {
  return seatOf(
    name,
    lasting(() => ask<DemoSession>("POST", "demo/token", { user_id })),
  );
}

function Seated({ onEnter, ...props }: Props & { onEnter: () => void }) {
  const [seat] = useState(() => sit(props.person));
  const [queries] = useState(makeQueryClient);
  return (
    <SeatContext value={seat}>
      <QueryClientProvider client={queries}>
        <InSession {...props} onEnter={onEnter} />
      </QueryClientProvider>
    </SeatContext>
  );
}

function InSession({ person, onEnter, ...props }: Props & { onEnter: () => void }) {
  const me = useMe();
  if (me.data != null) {
    return (
      <LiveProvider user_id={me.data.user_id}>
        <DeskPanels me={me.data} {...props} />
      </LiveProvider>
    );
  }
  if (me.isPending) return <Loading what={`${person.name}’s session`} lines={12} />;
  if (me.isError) return <Failure error={me.error} onRetry={() => void me.refetch()} />;
  return (
    <Alert color="orange" variant="light" role="alert">
      <p>{person.name}’s session has ended.</p>
      <Button size="xs" variant="default" mt="xs" onClick={onEnter}>
        Enter again as {person.name}
      </Button>
    </Alert>
  );
}
