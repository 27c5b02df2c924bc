import { Link } from "@tanstack/react-router";
import { Title } from "./Title.tsx";

export function NotFound() {
  return (
    <div className="page">
      <Title>No such page</Title>
      <h1>There is no such page</h1>
      <p>
        <Link to="/trade">Go to trading</Link>
      </p>
    </div>
  );
}
