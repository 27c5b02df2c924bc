/** Also for a page whose part cannot be loaded, because the exchange was updated meanwhile. */
export function Broken() {
  return (
    <main className="entrance" role="alert">
      <h1>This page cannot be shown</h1>
      <p>It ran into an error of its own, or is older than the exchange. Your orders are safe.</p>
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
