WITH "identity" AS (
  SELECT
    "user_id" AS "k",
    "country" AS "d0"
  FROM profiles
), "x_accounts_account_uri" AS (
  SELECT
    "account_uri" AS "f",
    "user_id" AS "t"
  FROM accounts
), "groups" AS (
  SELECT
    "d0",
    COUNT(*) AS "n"
  FROM "identity"
  GROUP BY
    "d0"
), "f_plays" AS (
  SELECT
    "i"."d0" AS "d0",
    COUNT(*) AS "m0"
  FROM (
    SELECT
      "account_uri",
      "played_at"
    FROM plays
    WHERE
      "played_at" >= CAST('2026-01-31 23:00:00.000000' AS TIMESTAMP)
      AND "played_at" < CAST('2026-02-28 23:00:00.000000' AS TIMESTAMP)
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."d0"
)
SELECT
  "g"."d0" AS "country",
  COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
  "g"."n" AS "__identities"
FROM "groups" AS "g"
LEFT JOIN "f_plays"
  ON "f_plays"."d0" IS NOT DISTINCT FROM "g"."d0"
ORDER BY
  "g"."d0"
