import { useNavigate } from "@tanstack/react-router";
import { Entrance } from "../entrance/Entrance.tsx";
import { Title } from "../parts/Title.tsx";

/** Another account, while one is in: every window of this browser goes on as that one. */
export function EnterPage() {
  const navigate = useNavigate();
  return (
    <div className="entrance">
      <Title>Enter</Title>
      <Entrance onEntered={() => void navigate({ to: "/trade" })} />
    </div>
  );
}
