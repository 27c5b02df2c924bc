import { createTheme, MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import "./mantine.ts";
import { ErrorBoundary } from "./parts/ErrorBoundary.tsx";
import { makeQueryClient } from "./queries.ts";
import { router } from "./router.tsx";
import "./theme.css";
import "./layout.css";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no #root");

const theme = createTheme({
  components: {
    // It would be done by a style element, which the page's security policy forbids.
    Modal: {
      defaultProps: { lockScroll: false, closeButtonProps: { "aria-label": "Close the dialog" } },
    },
  },
});

createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      {/* Variables and classes come from files, for the same reason. */}
      <MantineProvider
        theme={theme}
        defaultColorScheme="auto"
        withCssVariables={false}
        withGlobalClasses={false}
      >
        <QueryClientProvider client={makeQueryClient()}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </ErrorBoundary>
  </StrictMode>,
);
