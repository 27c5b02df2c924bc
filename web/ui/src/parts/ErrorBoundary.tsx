import { Component } from "react";
import type { ReactNode } from "react";
import { Broken } from "./Broken.tsx";

/** The last resort: the page broke its own promise, and says so. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    return this.state.broken ? <Broken /> : this.props.children;
  }
}
