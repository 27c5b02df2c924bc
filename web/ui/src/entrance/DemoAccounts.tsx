import { UnstyledButton } from "@mantine/core";
import { useDemoUsers, useSwitchAccount } from "../hooks/session.ts";
import { Answer } from "../parts/Answer.tsx";
import { Failure } from "../parts/Failure.tsx";
import { money } from "../show.ts";

const CARD_LINES = 8;

export function DemoAccounts({ onEntered }: { onEntered: () => void }) {
  const users = useDemoUsers();
  const enter = useSwitchAccount();
  return (
    <div className="stack">
      {enter.error && <Failure error={enter.error} />}
      <Answer what="the demo accounts" query={users} lines={CARD_LINES}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">There are no demo accounts on this exchange.</p>
          ) : (
            <>
              <p>Choose a demo account to trade with. No password is needed.</p>
              <ul className="accounts" role="list" aria-label="Demo accounts">
                {items.map(({ user_id, name, role, cash, total_value }) => (
                  <li key={user_id}>
                    <UnstyledButton
                      className="account"
                      disabled={enter.isPending}
                      onClick={() => {
                        enter.mutate(user_id, { onSuccess: onEntered });
                      }}
                    >
                      <span className="avatar" aria-hidden="true">
                        {initials(name)}
                      </span>
                      <span className="account-text">
                        <strong>
                          <span className="hidden">Enter as</span> {name}
                        </strong>{" "}
                        <span className="quiet small tabular">
                          {role}
                          {cash != null && `, cash ${money(cash)}`}
                        </span>{" "}
                        {total_value != null && (
                          <span className="quiet small tabular">worth {money(total_value)}</span>
                        )}
                      </span>
                    </UnstyledButton>
                  </li>
                ))}
              </ul>
            </>
          )
        }
      </Answer>
    </div>
  );
}

function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return [words.at(0), words.length > 1 ? words.at(-1) : undefined]
    .map((word) => word?.charAt(0).toUpperCase() ?? "")
    .join("");
}
