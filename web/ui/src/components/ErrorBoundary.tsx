import { Component } from "react";
import type { ReactNode } from "react";

/** The last resort: the page broke its own promise, and says so. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <main className="entrance" role="alert">
        <h1>Stock exchange</h1>
        <p>This page ran into an error of its own. Your orders are not affected.</p>
        <button
          type="button"
          onClick={() => {
            location.reload();
          }}
        >
          Reload the page
        </button>
      </main>
    );
  }
}
