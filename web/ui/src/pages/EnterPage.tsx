import { useNavigate } from "@tanstack/react-router";
import { Entrance } from "../entrance/Entrance.tsx";

/** Another account, while one is in: every window of this browser goes on as that one. */
export function EnterPage() {
  const navigate = useNavigate();
  return (
    <div className="entrance">
      <Entrance onEntered={() => void navigate({ to: "/trade" })} />
    </div>
  );
}
