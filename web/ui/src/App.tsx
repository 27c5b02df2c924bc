/** Who is here decides what is shown: the choice of an account, or trading with it. */

import { useState } from "react";
import { DemoAccounts } from "./components/DemoAccounts.tsx";
import { Failure } from "./components/Failure.tsx";
import { Loading } from "./components/Loading.tsx";
import { Trading } from "./components/Trading.tsx";
import { useMe } from "./hooks.ts";

export function App() {
  const me = useMe();
  const [choosing, setChoosing] = useState(false);
  const stopChoosing = () => {
    setChoosing(false);
  };

  if (me.data == null || choosing) {
    return (
      <main className="entrance">
        <h1>Stock exchange</h1>
        {me.isPending && <Loading what="your session" />}
        {me.isError && <Failure error={me.error} onRetry={() => void me.refetch()} />}
        {me.data === null && <DemoAccounts onEntered={stopChoosing} />}
        {me.data != null && <DemoAccounts onEntered={stopChoosing} onBack={stopChoosing} />}
      </main>
    );
  }
  return (
    <Trading
      key={me.data.user_id}
      me={me.data}
      onSwitch={() => {
        setChoosing(true);
      }}
    />
  );
}
