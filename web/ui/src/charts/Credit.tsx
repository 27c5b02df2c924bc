/** The chart library's licence asks for it where its charts are. */
export function Credit() {
  return (
    <p className="chart-credit quiet">
      TradingView Lightweight Charts™ © 2025{" "}
      <a href="https://www.tradingview.com/" target="_blank" rel="noopener noreferrer">
        TradingView, Inc.
      </a>
    </p>
  );
}
