import { Button, FileButton, Textarea } from "@mantine/core";
import { useRef, useState } from "react";
import { useUndoUpload, useUpload } from "../hooks/admin.ts";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";
import type { UploadOutcome } from "../wire.ts";
import { Difference } from "./Difference.tsx";

type Deed = "upload" | "undo";

/** Many stocks at once: first what it would change, then all of it or nothing. */
export function UploadPanel() {
  const [sheet, setSheet] = useState("");
  const [outcome, setOutcome] = useState<UploadOutcome & { deed: Deed }>();
  const forgetFile = useRef<() => void>(null);
  const upload = useUpload();
  const undo = useUndoUpload();
  const error = upload.error ?? undo.error;
  const busy = upload.isPending || undo.isPending;
  const looked = outcome?.dry_run === true ? outcome.deed : undefined;

  const edit = (text: string) => {
    setSheet(text);
    setOutcome(undefined);
    upload.reset();
    undo.reset();
  };
  const send = (deed: Deed, dry_run: boolean) => {
    const then = {
      onSuccess: (outcome: UploadOutcome) => {
        setOutcome({ ...outcome, deed });
      },
      onError: () => {
        setOutcome(undefined);
      },
    };
    upload.reset();
    undo.reset();
    if (deed === "upload") upload.mutate({ sheet, dry_run }, then);
    else undo.mutate({ dry_run }, then);
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
          resetRef={forgetFile}
          onChange={(file) => {
            if (file !== null) void file.text().then(edit);
            // Else the same file, once corrected, would be no change.
            forgetFile.current?.();
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
            send("upload", true);
          }}
        >
          Show the difference
        </Button>
        <Button
          disabled={looked !== "upload" || busy}
          onClick={() => {
            send("upload", false);
          }}
        >
          Apply
        </Button>
        <Button
          variant="default"
          disabled={busy}
          onClick={() => {
            send("undo", true);
          }}
        >
          Take the last upload back…
        </Button>
        {looked === "undo" && (
          <Button
            disabled={busy}
            onClick={() => {
              send("undo", false);
            }}
          >
            Take it back
          </Button>
        )}
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
