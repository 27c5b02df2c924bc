/** Who is here decides what is shown: the entrance, or the pages of an account. */

import { lazy, Suspense } from "react";
import { Entrance } from "./entrance/Entrance.tsx";
import { useMe, useOtherWindows } from "./hooks/session.ts";
import { Failure } from "./parts/Failure.tsx";
import { Loading } from "./parts/Loading.tsx";

const SignedIn = lazy(() => import("./shell/SignedIn.tsx"));

export function App() {
  const me = useMe();
  useOtherWindows();
  if (me.data != null) {
    return (
      <Suspense fallback={<Loading what="the exchange" />}>
        <SignedIn key={me.data.user_id} me={me.data} />
      </Suspense>
    );
  }
  return (
    <main className="entrance">
      {me.isPending && <Loading what="your session" />}
      {me.isError && <Failure error={me.error} onRetry={() => void me.refetch()} />}
      {me.data === null && <Entrance />}
    </main>
  );
}
