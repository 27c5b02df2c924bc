import { Button, FileButton, Textarea } from "@mantine/core";
import { useState } from "react";
import { useUndoUpload, useUpload } from "../hooks/admin.ts";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";
import type { UploadOutcome } from "../wire.ts";
import { Difference } from "./Difference.tsx";

/** Many stocks at once: first what it would change, then all of it or nothing. */
export function UploadPanel() {
  const [sheet, setSheet] = useState("");
  const [outcome, setOutcome] = useState<UploadOutcome>();
  const upload = useUpload();
  const undo = useUndoUpload();
  const error = upload.error ?? undo.error;
  const busy = upload.isPending || undo.isPending;
  const looked = outcome?.dry_run === true;

  const edit = (text: string) => {
    setSheet(text);
    setOutcome(undefined);
    upload.reset();
  };
  const send = (dry_run: boolean) => {
    undo.reset();
    upload.mutate({ sheet, dry_run }, { onSuccess: setOutcome });
  };

  return (
    <Panel title="Upload">
      <p className="quiet small">
        A CSV sheet with a header: symbol, name, currency, tick_size, lot_size, previous_close,
        state, and columns for rules. All of its rows are applied, or none.
      </p>
      <Textarea
        label="The sheet"
        rows={6}
        value={sheet}
        classNames={{ input: "sheet" }}
        onChange={(event) => {
          edit(event.currentTarget.value);
        }}
      />
      <div className="row">
        <FileButton
          accept=".csv,text/csv"
          inputProps={{ "aria-label": "A sheet" }}
          onChange={(file) => {
            if (file !== null) void file.text().then(edit);
          }}
        >
          {(props) => (
            <Button variant="default" {...props}>
              Take a file…
            </Button>
          )}
        </FileButton>
        <Button
          variant="default"
          disabled={sheet.trim() === "" || busy}
          onClick={() => {
            send(true);
          }}
        >
          Show the difference
        </Button>
        <Button
          disabled={!looked || sheet.trim() === "" || busy}
          onClick={() => {
            send(false);
          }}
        >
          Apply
        </Button>
        <Button
          variant="default"
          disabled={busy}
          onClick={() => {
            upload.reset();
            undo.mutate({ dry_run: false }, { onSuccess: setOutcome });
          }}
        >
          Take the last upload back
        </Button>
      </div>
      {error && (
        <Failure
          error={error}
          unsure="All of it may have been done, or nothing: show the difference before you say it again."
        />
      )}
      <div role="status" aria-label="Upload">
        {outcome && <Difference outcome={outcome} />}
      </div>
    </Panel>
  );
}
