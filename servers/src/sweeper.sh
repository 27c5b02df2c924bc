# Deletes a temporary folder after its owner is gone and the servers in it have ended.
#
#   sweeper.sh FOLDER
#
# Standard input is the lifeline, as in guard.sh.
folder=$1
read -r _

left=300
while [ "$left" -gt 0 ]; do
    running=
    for file in "$folder"/*/*.guard; do
        [ -f "$file" ] && kill -0 "$(cat "$file")" && running=yes
    done
    [ -z "$running" ] && break
    sleep 0.2
    left=$((left - 1))
done

rm -rf "$folder"
# A server that was being killed may have written a last file.
if [ -e "$folder" ]; then
    sleep 1
    rm -rf "$folder"
fi
