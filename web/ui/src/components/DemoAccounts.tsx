import { useDemoUsers, useSwitchAccount } from "../hooks.ts";
import { money } from "../show.ts";
import { Answer } from "./Answer.tsx";
import { Failure } from "./Failure.tsx";

interface Props {
  onEntered: () => void;
  onBack?: () => void;
}

export function DemoAccounts({ onEntered, onBack }: Props) {
  const users = useDemoUsers();
  const enter = useSwitchAccount();
  return (
    <>
      <p>Choose a demo account to trade with. No password is needed.</p>
      {enter.error && <Failure error={enter.error} />}
      <Answer what="the demo accounts" query={users}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">There are no demo accounts on this exchange.</p>
          ) : (
            <ul className="accounts" role="list" aria-label="Demo accounts">
              {items.map(({ user_id, name, role, cash }) => (
                <li key={user_id}>
                  <button
                    type="button"
                    aria-label={`Enter as ${name}`}
                    aria-describedby={`about-${user_id}`}
                    disabled={enter.isPending}
                    onClick={() => {
                      enter.mutate(user_id, { onSuccess: onEntered });
                    }}
                  >
                    <strong>{name}</strong>
                    <span id={`about-${user_id}`} className="quiet">
                      {role}
                      {cash != null && ` · cash ${money(cash)}`}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      {onBack && (
        <button type="button" className="plain" onClick={onBack}>
          Back to trading
        </button>
      )}
    </>
  );
}
